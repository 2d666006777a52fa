#pragma once

#include <set>
#include <string>
#include <string_view>

namespace vobiz::sink {

// Names with a schema of this program that a text of SQL mentions, outside of comments and strings.
struct mentioned_names {
  std::set<std::string, std::less<>> all;
  std::set<std::string, std::less<>> called;  // followed by a parenthesis
};

mentioned_names mentions(std::string_view sql);

}  // namespace vobiz::sink
