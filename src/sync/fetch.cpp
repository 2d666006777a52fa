#include "fetch.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <set>
#include <utility>

#include "vobiz/api/path.hpp"
#include "vobiz/core/failure.hpp"

namespace vobiz::sync {

namespace asio = boost::asio;

namespace {

using slot = std::optional<fetched>;

// A page of a list without rows.
decode::page empty_page(streams::stream const& stream, decode::envelope around) {
  around.listed = 0;
  return {decode::row_batch(stream.columns.size() + 1), {}, std::move(around), {}, {}};
}

// Whether nothing was said about times of the partner's stream since the process began. Cycles run
// on one thread.
bool is_news(context const& cycle) {
  static std::set<std::pair<std::string, std::string_view>> told;
  return told.emplace(cycle.setting.partner, cycle.stream().name).second;
}

// How answers are read: the stream's shape and its decoder.
struct reading {
  streams::stream const& stream;
  decode::decoder const& decoder;
  api::counters* spent = nullptr;  // of the part of the cycle that asks
};

std::string page_name(std::optional<std::int64_t> page) {
  return page ? fmt::format(", page {}", *page) : std::string();
}

// What a request costs: added to the cycle's figures and to those of a part of it, however it ends.
class cost {
public:
  cost(context& cycle, api::counters* part) : cycle_(cycle), part_(part) {}
  ~cost() {
    cycle_.spent += spent;
    if (part_ != nullptr) *part_ += spent;
  }
  cost(cost const&) = delete;
  cost& operator=(cost const&) = delete;

  api::counters spent;

private:
  context& cycle_;
  api::counters* part_;
};

asio::awaitable<void> fetch_one(context& cycle, reading const& how, page_request const& request,
                                slot& answer) {
  auto const& stream = how.stream;
  auto const decode = [&](std::string_view body) -> api::decoded<decode::page> {
    auto decoded = how.decoder.decode(body);
    if (!decoded) return api::unusable{decoded.error().message};
    if (request.may_be_behind && decoded->envelope.page.value_or(*request.page) < *request.page) {
      *decoded = empty_page(stream, decoded->envelope);
      return std::move(*decoded);
    }
    if (auto why_not = objection(stream, *decoded, request.page)) return api::unusable{*why_not};
    return std::move(*decoded);
  };
  auto what = request.what;
  if (cycle.setting.single_attempts) what.attempts = 1;
  cost paid(cycle, how.spent);
  try {
    answer = co_await cycle.setting.api.get(what, decode, &paid.spent);
  } catch (std::bad_alloc const&) {
    // Asking again would not make it smaller. Here, since the page can be named.
    auto const failure = core::out_of_memory("GET " + request.what.path + page_name(request.page));
    core::log(spdlog::level::err, cycle.about(), "hint: {}", failure.hint());
    answer.emplace(api::problem{api::problem_kind::unavailable, 200, failure.what()});
  }
  if (!*answer) co_return;
  if (auto const& member = (*answer)->assumed_utc; !member.empty() && is_news(cycle)) {
    core::log(spdlog::level::warn, cycle.about(),
              "stream \"{}\": \"{}\" has times without a UTC offset: taken as UTC", stream.name,
              member);
  }
  auto const listed = static_cast<std::int64_t>((*answer)->envelope.listed);
  cycle.report.rows_read += stream.rows.empty() ? 1 : listed;
}

asio::awaitable<std::vector<fetched>> fetch_all(context& cycle, reading const& how,
                                                std::vector<page_request> const& requests) {
  std::vector<slot> slots(requests.size());
  if (requests.size() == 1) {
    co_await fetch_one(cycle, how, requests[0], slots[0]);
  } else if (!requests.empty()) {
    auto const executor = co_await asio::this_coro::executor;
    auto const start = [&](std::size_t at) {
      return asio::co_spawn(executor, fetch_one(cycle, how, requests[at], slots[at]),
                            asio::deferred);
    };
    std::vector<decltype(start(0))> operations;
    for (std::size_t at = 0; at < requests.size(); ++at) operations.push_back(start(at));
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    asio::experimental::wait_for_all const all;
    auto const [order, errors] = co_await group.async_wait(all, asio::use_awaitable);
    for (auto const& error : errors) {
      if (error) std::rethrow_exception(error);
    }
  }
  std::vector<fetched> answers;
  for (auto& filled : slots) answers.push_back(std::move(*filled));
  co_return answers;
}

}  // namespace

std::optional<std::string> objection(streams::stream const& stream, decode::page const& page,
                                     std::optional<std::int64_t> asked) {
  if (!stream.rows.empty() && !page.envelope.has_rows_member) {
    return fmt::format("no \"{}\" in the answer", stream.rows.front());
  }
  if (stream.rows.empty() && page.rows.size() == 0 && page.rejects.empty()) {
    return std::string("an answer without anything in it");
  }
  if (asked && page.envelope.page && *page.envelope.page != *asked) {
    return fmt::format("asked for page {}, the answer says it is page {}", *asked,
                       *page.envelope.page);
  }
  return std::nullopt;
}

asio::awaitable<std::vector<fetched>> fetch(context& cycle,
                                            std::vector<page_request> const& requests,
                                            api::counters* spent) {
  reading const how{cycle.stream(), cycle.decoder, spent};
  co_return co_await fetch_all(cycle, how, requests);
}

asio::awaitable<std::vector<fetched>> fetch_pages(context& cycle, list_fsm const& list,
                                                  list_part const& part,
                                                  std::vector<std::int64_t> const& pages,
                                                  api::counters* spent) {
  std::vector<page_request> requests;
  for (auto const page : pages) {
    requests.push_back({list_request(cycle.stream(), part, page, list.per_page()), page,
                        list.is_behind_total(page)});
  }
  auto answers = co_await fetch(cycle, requests, spent);
  for (std::size_t n = 0; n < answers.size(); ++n) {
    using enum api::problem_kind;
    bool const is_refused = !answers[n] && (answers[n].error().kind == not_found ||
                                            answers[n].error().kind == bad_request);
    // Some servers refuse a page number behind the last page.
    if (is_refused && requests[n].may_be_behind) {
      answers[n] = empty_page(cycle.stream(), list.reported());
    }
  }
  co_return answers;
}

api::request list_request(streams::stream const& stream, list_part const& part, std::int64_t page,
                          std::int64_t per_page) {
  api::request request;
  bool const global = part.from.scope == sink::global_scope;
  request.path =
      global ? std::string(stream.path) : account_path(stream.account_path, part.from.scope);
  if (!stream.from_parameter.empty()) {
    request.query.emplace_back(stream.from_parameter, core::to_text(part.from.day));
    request.query.emplace_back(stream.to_parameter, core::to_text(part.to));
  }
  request.query.emplace_back("page", std::to_string(page));
  for (auto const name : stream.page_size_parameters) {
    request.query.emplace_back(name, std::to_string(per_page));
  }
  request.urgency = part.urgency;
  return request;
}

asio::awaitable<std::vector<fetched>> fetch_by_id(context& cycle,
                                                  std::vector<page_request> const& requests) {
  auto one = cycle.stream();
  one.rows.clear();
  decode::decoder const decoder(one);
  reading const how{one, decoder};
  co_return co_await fetch_all(cycle, how, requests);
}

std::string account_path(std::string_view path, std::string_view auth_id) {
  return api::with_segment(path, "id", auth_id);
}

}  // namespace vobiz::sync
