#include "vobiz/api/path.hpp"

#include <algorithm>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

namespace vobiz::api {

namespace urls = boost::urls;

std::string encoded(std::string_view text) { return urls::encode(text, urls::unreserved_chars); }

std::string with_segment(std::string_view path, std::string_view name, std::string_view text) {
  std::string result(path);
  auto const place = '{' + std::string(name) + '}';
  auto const at = result.find(place);
  if (at != std::string::npos) result.replace(at, place.size(), encoded(text));
  return result;
}

bool is_plain_path(std::string_view path) {
  // The beginning of a path is no segment.
  if (path.starts_with('/')) path.remove_prefix(1);
  if (path.empty()) return true;
  while (true) {
    auto const size = std::min(path.find('/'), path.size());
    auto const segment = path.substr(0, size);
    if (segment.empty() || segment == "." || segment == "..") return false;
    if (size == path.size()) return true;
    path.remove_prefix(size + 1);
  }
}

}  // namespace vobiz::api
