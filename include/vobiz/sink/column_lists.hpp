#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vobiz::sink {

struct listed_column {
  std::string name;
  std::string type;
  std::string sum;  // the aggregate that adds it up
  std::string comment;
};

using column_lists = std::map<std::string, std::vector<listed_column>, std::less<>>;

// Reads migrations/column_lists.txt, which says what it holds. Throws std::invalid_argument.
column_lists read_column_lists(std::string_view text);

// The text with each {{list, pattern}} replaced by the pattern once a column. Throws
// std::invalid_argument for a list that is not there.
std::string expand_column_lists(std::string_view text, column_lists const& lists);

}  // namespace vobiz::sink
