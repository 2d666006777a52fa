#pragma once

#include <string>
#include <vector>

namespace vobiz::ops {

enum class align { left, right };

// A table for a terminal: a heading and rows. Columns are as wide as their widest cell, two spaces
// apart.
class table {
public:
  struct column {
    std::string heading;
    align side = align::left;
  };

  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  // One cell per column.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // Ends each line with a line break, without trailing spaces.
  std::string text() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vobiz::ops
