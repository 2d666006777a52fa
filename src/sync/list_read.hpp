#pragma once

#include "fetch.hpp"
#include "key_set.hpp"
#include "vobiz/sink/windows.hpp"

namespace vobiz::sync {

inline constexpr std::int64_t most_per_page = 100;  // docs/partner-api.md, "Pagination and filters"

// The result of reading a window's list.
struct list_outcome {
  sink::conclusion conclusion;
  std::optional<api::problem>
      problem;           // the API gave no usable answer; what was read before it is stored
  bool changed = false;  // rows were stored, changed, removed or rejected
  std::vector<core::utc_day> reopened{};  // other days, which may have lost their proof by it
};

// Reads a paged list until it is proven complete (window_fsm decides), storing as it goes; the
// last transaction writes the conclusion.
boost::asio::awaitable<list_outcome> read_list(context& cycle, sink::window const& before,
                                               api::priority urgency, bool whole);

// The totals of the days from.day to `to`, by one small request: a list's envelope without its
// rows.
boost::asio::awaitable<api::result<decode::envelope>> probe(context& cycle,
                                                            sink::window_key const& from,
                                                            core::utc_day to);

// Where the stream's key stands among its columns, and the keys of a page's rows
// (window_fsm::row_key).
std::vector<std::size_t> key_columns(streams::stream const& stream);
std::vector<std::string> keys_of(decode::page const& page, std::vector<std::size_t> const& columns);

}  // namespace vobiz::sync
