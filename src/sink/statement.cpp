#include "vobiz/sink/statement.hpp"

#include <stdexcept>
#include <utility>

namespace vobiz::sink {

arguments& arguments::add(std::optional<std::string_view> text) {
  return text ? add_text(std::string(*text)) : add_null();
}

arguments& arguments::add_text(std::string text) {
  if (text.find('\0') != std::string::npos)
    throw std::invalid_argument("a value for the database holds U+0000");
  pointers_.push_back(texts_.emplace_back(std::move(text)).c_str());
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

pqxx::result execute(pqxx::transaction_base& transaction, std::string const& sql,
                     arguments const& values) {
#if PQXX_VERSION_MAJOR >= 7
  pqxx::params parameters;
  for (auto const* value : values.pointers()) {
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
  return transaction.exec_params(sql, pqxx::prepare::make_dynamic_params(values.pointers()));
#endif
}

std::optional<std::string> text_of(pqxx::field const& cell) {
  if (cell.is_null()) return std::nullopt;
  return std::string(cell.c_str(), cell.size());
}

}  // namespace vobiz::sink
