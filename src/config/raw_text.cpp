#include "raw_text.hpp"

#include <algorithm>
#include <cstddef>

namespace vobiz::config {

int line_of_control_character(std::string_view text) {
  auto const at = std::find_if(text.begin(), text.end(), [](unsigned char c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
  });
  return at == text.end() ? 0 : 1 + static_cast<int>(std::count(text.begin(), at, '\n'));
}

std::string_view line_at(std::string_view text, int line) {
  for (; line > 1; --line) {
    auto const end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return line == 1 ? text.substr(0, text.find('\n')) : std::string_view();
}

bool quote_never_ends(std::string_view text, int position) {
  if (position < 0 || static_cast<std::size_t>(position) >= text.size()) return false;
  auto const quote = text[static_cast<std::size_t>(position)];
  if (quote != '\'' && quote != '"') return false;
  for (auto at = static_cast<std::size_t>(position) + 1; at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      if (quote == '"' || at + 1 >= text.size() || text[at + 1] != '\'') return false;
      ++at;
    }
  }
  return true;
}

}  // namespace vobiz::config
