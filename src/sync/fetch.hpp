#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <vector>

#include "vobiz/api/client.hpp"
#include "vobiz/decode/decoder.hpp"
#include "vobiz/sink/journal.hpp"

namespace vobiz::sync {

// An answer that could be read, or why there is none.
using fetched = std::optional<api::result<decode::page>>;

// Asks for one page and decodes it. An answer that is no JSON, has no rows where rows belong, or echoes
// another page than was asked for counts as a failed attempt and is asked for again by the client.
boost::asio::awaitable<void> fetch(api::client& client, api::request what,
                                   streams::stream const& stream, decode::decoder const& decoder,
                                   std::optional<std::int64_t> page, sink::run_report& report,
                                   fetched& answer);

// The same for several requests side by side; the client's budget decides how many are under way.
boost::asio::awaitable<void> fetch_all(api::client& client, std::vector<api::request> const& requests,
                                       streams::stream const& stream, decode::decoder const& decoder,
                                       std::vector<std::optional<std::int64_t>> const& pages,
                                       sink::run_report& report, std::vector<fetched>& answers);

}  // namespace vobiz::sync
