#include "vobiz/sink/column_lists.hpp"

#include <algorithm>
#include <stdexcept>

#include "vobiz/sink/sql_text.hpp"

namespace vobiz::sink {

namespace {

[[noreturn]] void refuse(std::string const& what) {
  throw std::invalid_argument("migrations/column_lists.txt: " + what);
}

std::string_view trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// Takes what stands before the separator off the text.
std::string_view take(std::string_view& text, std::string_view separator) {
  auto const end = std::min(text.find(separator), text.size());
  auto const part = trimmed(text.substr(0, end));
  text.remove_prefix(std::min(end + separator.size(), text.size()));
  return part;
}

std::vector<listed_column> const& list_named(column_lists const& lists, std::string_view name) {
  auto const found = lists.find(name);
  if (found == lists.end()) refuse("there is no list \"" + std::string(name) + "\"");
  return found->second;
}

class list_reader {
public:
  void read(std::string_view line) {
    if (line.empty() || line.front() == '#') return;
    if (line.front() == '[' && line.back() == ']') {
      list_ = &lists[std::string(line.substr(1, line.size() - 2))];
      if (!list_->empty()) refuse("\"" + std::string(line) + "\" is there twice");
    } else if (list_ == nullptr) {
      refuse("\"" + std::string(line) + "\" stands in no list");
    } else if (line.starts_with("+ ")) {
      auto const& columns = list_named(lists, line.substr(2));
      list_->insert(list_->end(), columns.begin(), columns.end());
    } else if (line.find('|') != std::string_view::npos) {
      define(line);
    } else {
      while (!line.empty()) name(take(line, ","));
    }
  }

  column_lists lists;

private:
  void define(std::string_view line) {
    listed_column column;
    for (auto* part : {&column.name, &column.type, &column.sum}) *part = take(line, "|");
    column.comment = trimmed(line);
    if (column.comment.empty()) refuse("column \"" + column.name + "\" has no comment");
    first_.emplace(column.name, column);
    list_->push_back(std::move(column));
  }

  void name(std::string_view column) {
    auto const found = first_.find(column);
    list_->push_back(found != first_.end() ? found->second
                                           : listed_column{std::string(column), {}, {}, {}});
  }

  std::vector<listed_column>* list_ = nullptr;
  std::map<std::string, listed_column, std::less<>> first_;
};

std::string filled(std::string_view pattern, listed_column const& column) {
  struct part {
    std::string_view mark;
    std::string value;
  };
  part const parts[] = {{"@name", column.name},
                        {"@type", column.type},
                        {"@sum", column.sum},
                        {"@comment", literal(column.comment)}};
  std::string result;
  while (!pattern.empty()) {
    auto const at = std::min(pattern.find('@'), pattern.size());
    result += pattern.substr(0, at);
    pattern.remove_prefix(at);
    if (pattern.empty()) break;
    auto const known = std::ranges::find_if(
        parts, [&](part const& each) { return pattern.starts_with(each.mark); });
    if (known == std::end(parts)) refuse("\"" + std::string(pattern) + "\" names no part");
    result += known->value;
    pattern.remove_prefix(known->mark.size());
  }
  return result;
}

}  // namespace

column_lists read_column_lists(std::string_view text) {
  list_reader reader;
  while (!text.empty()) reader.read(take(text, "\n"));
  return std::move(reader.lists);
}

std::string expand_column_lists(std::string_view text, column_lists const& lists) {
  std::string result;
  while (true) {
    auto const begin = std::min(text.find("{{"), text.size());
    result += text.substr(0, begin);
    text.remove_prefix(begin);
    if (text.empty()) return result;
    auto const end = text.find("}}");
    if (end == std::string_view::npos) refuse("a file has {{ without }}");
    auto place = text.substr(2, end - 2);
    text.remove_prefix(end + 2);
    auto const name_end = std::min(place.find_first_of(",;"), place.size());
    auto const& columns = list_named(lists, place.substr(0, name_end));
    bool const statements = name_end < place.size() && place[name_end] == ';';
    auto const pattern = name_end < place.size() ? trimmed(place.substr(name_end + 1)) : "@name";
    bool first = true;
    for (auto const& column : columns) {
      if (!first) result += statements ? ";\n" : ", ";
      first = false;
      result += filled(pattern, column);
    }
  }
}

}  // namespace vobiz::sink
