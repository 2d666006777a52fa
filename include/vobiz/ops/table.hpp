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

  explicit table(std::vector<column> columns);

  // One cell per column. What misleads a reader is escaped (core::visible).
  void add(std::vector<std::string> cells);

  // Ends each line with a line break, without trailing spaces.
  std::string text() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace vobiz::ops
