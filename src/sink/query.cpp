#include "vobiz/sink/query.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace vobiz::sink {

namespace {

std::string checked(std::string text) {
  if (text.find('\0') != std::string::npos)
    throw std::invalid_argument("a value for the database holds U+0000");
  return text;
}

pqxx::result run(pqxx::transaction_base& transaction, std::string const& sql,
                 std::vector<char const*> const& values) {
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params parameters;
  for (auto const* value : values) {
    if (value == nullptr) {
      parameters.append();
    } else {
      parameters.append(value);
    }
  }
#if PQXX_VERSION_MINOR >= 9
  return transaction.exec(sql, parameters);
#else
  return transaction.exec_params(sql, parameters);
#endif
#else
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(values));
#endif
}

constexpr bool begins_name(char c) { return (c >= 'a' && c <= 'z') || c == '_'; }
constexpr bool goes_on(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

// Where what begins at `at` and holds no placeholder ends: a text in quotes, a name in quotes, a
// comment.
std::size_t end_of_quoted(std::string_view sql, std::size_t at) {
  std::size_t end = std::string_view::npos;
  if (sql[at] == '\'' || sql[at] == '"') {
    end = sql.find(sql[at], at + 1);
  } else if (sql.substr(at, 2) == "--") {
    end = sql.find('\n', at);
  } else {
    return at;
  }
  return end == std::string_view::npos ? sql.size() : end + 1;
}

}  // namespace

arguments& arguments::add(std::optional<std::string_view> text) {
  return text ? add_text(std::string(*text)) : add_null();
}

arguments& arguments::add_text(std::string text) {
  pointers_.push_back(texts_.emplace_back(checked(std::move(text))).c_str());
  return *this;
}

arguments& arguments::add(std::optional<core::utc_day> day) { return day ? add(*day) : add_null(); }

arguments& arguments::add(std::optional<std::int64_t> number) {
  return number ? add(*number) : add_null();
}

arguments& arguments::add_null() {
  pointers_.push_back(nullptr);
  return *this;
}

query& query::with(std::string_view part, std::string_view sql) {
  auto const mark = "{" + std::string(part) + "}";
  auto at = text_.find(mark);
  if (at == std::string::npos) throw std::logic_error("no part " + mark + " in: " + text_);
  for (; at != std::string::npos; at = text_.find(mark, at + sql.size())) {
    text_.replace(at, mark.size(), sql);
  }
  return *this;
}

query& query::set(std::string_view name, std::optional<std::string> text) {
  if (text) text = checked(*std::move(text));
  values_.insert_or_assign(std::string(name), std::move(text));
  return *this;
}

query& query::set(std::string_view name, std::string text) {
  return set(name, std::optional(std::move(text)));
}

query& query::set(std::string_view name, std::optional<core::utc_day> day) {
  return set(name, day ? std::optional(core::to_text(*day)) : std::nullopt);
}

query& query::set(std::string_view name, std::int64_t number) {
  return set(name, std::to_string(number));
}

query& query::set(std::string_view name, std::optional<std::int64_t> number) {
  return set(name, number ? std::optional(std::to_string(*number)) : std::nullopt);
}

query::bound query::bind() const {
  bound result;
  std::vector<std::string_view> names;
  std::string_view const text = text_;
  for (std::size_t at = 0; at < text.size();) {
    if (auto const end = end_of_quoted(text, at); end > at) {
      result.sql += text.substr(at, end - at);
      at = end;
      continue;
    }
    bool const is_cast = text[at] == ':' && at + 1 < text.size() && text[at + 1] == ':';
    if (is_cast || text[at] != ':' || at + 1 == text.size() || !begins_name(text[at + 1])) {
      result.sql += text.substr(at, is_cast ? 2 : 1);
      at += is_cast ? 2 : 1;
      continue;
    }
    auto end = at + 1;
    while (end < text.size() && goes_on(text[end])) ++end;
    auto const name = text.substr(at + 1, end - at - 1);
    auto const known = std::ranges::find(names, name);
    if (known == names.end()) {
      auto const value = values_.find(name);
      if (value == values_.end())
        throw std::logic_error("no value :" + std::string(name) + " for: " + text_);
      result.values.push_back(value->second ? value->second->c_str() : nullptr);
      names.push_back(name);
      result.sql += "$" + std::to_string(names.size());
    } else {
      result.sql += "$" + std::to_string(known - names.begin() + 1);
    }
    at = end;
  }
  return result;
}

pqxx::result execute(pqxx::transaction_base& transaction, std::string const& sql,
                     arguments const& values) {
  return run(transaction, sql, values.pointers());
}

pqxx::result execute(pqxx::transaction_base& transaction, query const& what) {
  auto const ready = what.bind();
  return run(transaction, ready.sql, ready.values);
}

std::optional<std::string> text_of(pqxx::field const& cell) {
  if (cell.is_null()) return std::nullopt;
  return std::string(cell.c_str(), cell.size());
}

}  // namespace vobiz::sink
