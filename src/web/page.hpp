#pragma once

#include <string_view>

#include "vobiz/web/server.hpp"

namespace vobiz::web {

// The parts of the page, as embedded from src/web/page/.
struct page_parts {
  std::string_view html;  // with @style@ and @script@ where the others go
  std::string_view style;
  std::string_view script;
};
page_parts embedded_page();

// The status page: one document that loads nothing but /status.json. Its policy allows its own
// style and script alone, by their hashes.
response const& page();

}  // namespace vobiz::web
