#pragma once

#include <string_view>

#include "vobiz/web/server.hpp"

namespace vobiz::web {

// The parts of the page, embedded from src/web/page/.
struct page_parts {
  std::string_view html;  // @style@ and @script@ are placeholders for the other parts
  std::string_view style;
  std::string_view script;
};
page_parts embedded_page();

// The status page. It loads only /status.json; its policy allows only its own style and script, by
// hash.
response const& page();

}  // namespace vobiz::web
