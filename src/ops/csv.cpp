#include "vobiz/ops/csv.hpp"

namespace vobiz::ops {

namespace {

void append(std::string& line, std::string_view field) {
  if (field.find_first_of("\",\r\n") == std::string_view::npos) {
    line += field;
    return;
  }
  line += '"';
  for (char const c : field) {
    if (c == '"') line += c;
    line += c;
  }
  line += '"';
}

}  // namespace

std::string csv_line(std::initializer_list<std::string_view> fields) {
  std::string line;
  for (auto const& field : fields) {
    if (&field != fields.begin()) line += ',';
    append(line, field);
  }
  return line + "\r\n";
}

}  // namespace vobiz::ops
