#include "fetch.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

// Why an answer with status 200 cannot be used, or nothing.
std::optional<std::string> objection(streams::stream const& stream, decode::page const& page,
                                     std::optional<std::int64_t> asked) {
  if (!stream.rows.empty() && !page.around.has_rows_member) {
    return fmt::format("no \"{}\" in the answer", stream.rows.front());
  }
  if (stream.rows.empty() && page.rows.size() == 0 && page.rejects.empty()) {
    return std::string("an answer without anything in it");
  }
  if (asked && page.around.page && *page.around.page != *asked) {
    return fmt::format("asked for page {}, the answer says it is page {}", *asked, *page.around.page);
  }
  return std::nullopt;
}

}  // namespace

asio::awaitable<void> fetch(api::client& client, api::request what, streams::stream const& stream,
                            decode::decoder const& decoder, std::optional<std::int64_t> page,
                            sink::run_report& report, fetched& answer) {
  std::optional<decode::page> accepted;
  api::body_check const check = [&](std::string_view body) -> std::optional<std::string> {
    auto decoded = decoder.decode(body);
    if (!decoded) return decoded.error().message;
    if (auto why_not = objection(stream, *decoded, page)) return why_not;
    accepted = std::move(*decoded);
    return std::nullopt;
  };
  auto const reply = co_await client.get(what, check);
  auto const& effort = reply ? reply->spent : reply.error().spent;
  report.requests += effort.requests;
  report.retries += effort.retries;
  report.bytes += effort.bytes;
  if (!reply) {
    answer.emplace(reply.error());
    co_return;
  }
  report.rows_read += static_cast<std::int64_t>(accepted->around.listed);
  if (stream.rows.empty()) report.rows_read += 1;
  answer.emplace(std::move(*accepted));
}

asio::awaitable<void> fetch_all(api::client& client, std::vector<api::request> const& requests,
                                streams::stream const& stream, decode::decoder const& decoder,
                                std::vector<std::optional<std::int64_t>> const& pages,
                                sink::run_report& report, std::vector<fetched>& answers) {
  answers.assign(requests.size(), std::nullopt);
  if (requests.size() == 1) {
    co_await fetch(client, requests[0], stream, decoder, pages[0], report, answers[0]);
    co_return;
  }
  auto const executor = co_await asio::this_coro::executor;
  auto const start = [&](std::size_t at) {
    return asio::co_spawn(executor,
                          fetch(client, requests[at], stream, decoder, pages[at], report, answers[at]),
                          asio::deferred);
  };
  std::vector<decltype(start(0))> operations;
  for (std::size_t at = 0; at < requests.size(); ++at) operations.push_back(start(at));
  auto group = asio::experimental::make_parallel_group(std::move(operations));
  auto const all = asio::experimental::wait_for_all();
  auto const [order, errors] = co_await group.async_wait(all, asio::use_awaitable);
  for (auto const& error : errors) {
    if (error) std::rethrow_exception(error);
  }
}

}  // namespace vobiz::sync
