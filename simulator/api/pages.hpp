#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/api/message.hpp"
#include "simulator/api/settings.hpp"
#include "simulator/world/timeline.hpp"

namespace vobiz::simulator {

// What a list request asks for, after the API's rules.
struct page_request {
  std::size_t page = 1;
  std::size_t size = 20;

  std::size_t offset() const { return (page - 1) * size; }
};

// An answer to a request that the API refuses.
struct refusal {
  int status = 422;
  std::string code;
  std::string message;
};

// Reads `page` and the page size, whose parameter is called `size_name`; a refusal when it is no
// number or larger than `largest`.
std::optional<refusal> read_page(request const& what, std::string_view size_name,
                                 std::size_t largest, overflow too_large, page_request& out);

// Reads a bare date; nothing when absent or empty, a refusal with the given status when no date.
std::optional<refusal> read_day(request const& what, std::string_view name, int status,
                                std::optional<utc_day>& out);

}  // namespace vobiz::simulator
