#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "context.hpp"
#include "list_fsm.hpp"

namespace vobiz::sync {

// A request and the page number its answer has to echo, where it is a page of a list.
struct page_request {
  api::request what;
  std::optional<std::int64_t> page{};
  // The page may lie behind the list's last one: an answer that echoes an earlier page is empty.
  bool may_be_behind = false;
};

// An answer that could be read, or why there is none.
using fetched = api::result<decode::page>;

// Sends the requests side by side (the client's budget decides how many are under way) and decodes
// the answers, which come back in the order of the requests. An answer that is no JSON, has no rows
// where rows belong, or echoes another page than was asked for counts as a failed attempt and is
// asked for again. What they cost is added to `spent`, too.
boost::asio::awaitable<std::vector<fetched>> fetch(context& cycle,
                                                   std::vector<page_request> const& requests,
                                                   api::counters* spent = nullptr);

// A list over the days from.day to `to`, global or of a customer, as the scope is.
struct list_part {
  sink::window_key from;
  core::utc_day to{};
  api::priority urgency = api::priority::fresh;
};

// A page of it.
api::request list_request(streams::stream const& stream, list_part const& part, std::int64_t page,
                          std::int64_t per_page);

// The pages that the state machine asks for. A page behind the list's last one is empty, however
// the API says so.
boost::asio::awaitable<std::vector<fetched>> fetch_pages(context& cycle, list_fsm const& list,
                                                         list_part const& part,
                                                         std::vector<std::int64_t> const& pages,
                                                         api::counters* spent = nullptr);

// The same for answers that are one row of the stream each, asked for by id.
boost::asio::awaitable<std::vector<fetched>> fetch_by_id(context& cycle,
                                                         std::vector<page_request> const& requests);

// Why an answer with status 200 cannot be used, or nothing. `asked` is the page asked for.
std::optional<std::string> objection(streams::stream const& stream, decode::page const& page,
                                     std::optional<std::int64_t> asked);

// The path of an endpoint of a customer: "{id}" becomes the auth_id, percent-encoded.
std::string account_path(std::string_view path, std::string_view auth_id);

}  // namespace vobiz::sync
