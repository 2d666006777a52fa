#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "attempt_failure.hpp"
#include "connection.hpp"
#include "vobiz/core/day.hpp"

namespace vobiz::api {

// What a complete HTTP answer means: its unpacked body when the status is 200, else why not.
// `largest` bounds the unpacked body; the secrets appear in no message; `now` is for a Retry-After
// date when the server does not tell its own time.
attempt_result<answer> read_reply(wire_answer&& reply, std::uint64_t largest,
                                  std::vector<std::string_view> const& secrets, core::utc_time now);

}  // namespace vobiz::api
