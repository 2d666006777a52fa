#include "mentions.hpp"

#include <algorithm>
#include <cctype>

namespace vobiz::sink {

namespace {

constexpr std::string_view schemas[] = {"vobiz", "vobiz_sync", "vobiz_bi", "vobiz_part"};

bool in_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string_view take_name(std::string_view& text) {
  auto const end = std::ranges::find_if_not(text, in_name);
  auto const name = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(name.size());
  return name;
}

void skip_to(std::string_view& text, char last, std::size_t from) {
  auto const end = text.find(last, from);
  text.remove_prefix(std::min(end, text.size() - 1) + 1);
}

}  // namespace

mentioned_names mentions(std::string_view sql) {
  mentioned_names names;
  while (!sql.empty()) {
    if (sql.starts_with("--")) {
      skip_to(sql, '\n', 0);
    } else if (sql.front() == '\'') {
      skip_to(sql, '\'', 1);
    } else if (!in_name(sql.front())) {
      sql.remove_prefix(1);
    } else {
      auto const schema = take_name(sql);
      if (!sql.starts_with('.') || std::ranges::count(schemas, schema) == 0) continue;
      sql.remove_prefix(1);
      auto const name = std::string(schema) + "." + std::string(take_name(sql));
      names.all.insert(name);
      if (sql.starts_with('(')) names.called.insert(name);
    }
  }
  return names;
}

}  // namespace vobiz::sink
