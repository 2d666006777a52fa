#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "vobiz/config/settings.hpp"

namespace vobiz::api {

// Who gets the next request when the budget of a credential is short, first to last
// (docs/architecture.md, "One request budget").
enum class priority { fresh, unproven, probe, repair, backfill };

struct request {
  std::string path;  // below base_url: "/cdrs"; ids in it are percent-encoded (api::with_segment)
  std::vector<std::pair<std::string, std::string>> query;  // not yet percent-encoded
  priority urgency = priority::fresh;
  int attempts = 0;  // at most so many, the first included; 0: as the client's options say
};

struct answer {
  std::string body;        // decompressed
  std::string request_id;  // the provider's, when it gave one
};

// Why there is no answer, after every retry that could have helped. One place (src/api) turns
// status codes and network errors into these; docs/partner-api.md, "Errors", is the source of the
// rules.
enum class problem_kind {
  unavailable,   // network, timeout, 5xx, 429 to the end, unparsable body: try again on schedule
  unauthorized,  // 401 even after a new login: the credentials are refused
  forbidden,     // 403
  not_found,     // 404
  unsupported,   // 501
  bad_request,   // 400, 422 and any other 3xx or 4xx: our request is wrong
};

struct problem {
  problem_kind kind = problem_kind::unavailable;
  int status = 0;       // HTTP status; 0 when none arrived
  std::string message;  // one line: `GET /cdrs: 422 "per_page too large" [request req_123]`
  std::optional<request> asked{};                         // the request that failed
  std::optional<std::chrono::milliseconds> asked_wait{};  // Retry-After of the last answer
};

template <class T>
using result = boost::system::result<T, problem>;

[[noreturn]] void throw_exception_from_error(problem const& error,
                                             boost::source_location const& where);

// Why a body with status 200 cannot be used.
struct unusable {
  std::string why;
};

// What a decoder makes of a body with status 200. An unusable one counts as a failed attempt and is
// asked for again (docs/partner-api.md, "Errors").
template <class T>
using decoded = boost::system::result<T, unusable>;

[[noreturn]] void throw_exception_from_error(unusable const& error,
                                             boost::source_location const& where);

// What the client did so far; for runs and metrics. Only ever grows.
struct counters {
  std::uint64_t requests = 0;  // sent, each attempt
  // How those ended: by the status's first digit, and at 0 those without an answer that could be
  // read.
  std::array<std::uint64_t, 6> answers{};
  std::uint64_t retries = 0;    // attempts after the first
  std::uint64_t throttled = 0;  // 429 answers
  std::uint64_t bytes = 0;      // of bodies as received, before decompression
  std::uint64_t logins = 0;

  counters& operator+=(counters const& more);
};

// How the client repeats, pauses and keeps; the values are for the real API, tests bring their own.
struct options {
  int attempts = 5;  // of one request, the first included
  // Exponential backoff with full jitter: a wait is random between 0 and base, 2 base, 4 base …
  // cap.
  std::chrono::milliseconds backoff_base{500};
  std::chrono::milliseconds backoff_cap{30'000};
  std::chrono::milliseconds longest_pause{300'000};  // whatever Retry-After asks for
  std::chrono::seconds idle{30};        // a connection unused for longer is not used again
  std::chrono::seconds addresses{300};  // the host's name is resolved again after
  std::function<double()> random;       // in [0, 1); empty: the client's own
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

// One partner's way to the API: authentication, connection pool, request budget, deadlines,
// retries. Everything runs on one executor, which must be a single thread or a strand. The only
// POST it can send is the login: its one public verb is get().
class client {
public:
  // Throws core::failure (bad_config) for a base_url, a secret or a ca_file that cannot be used; so
  // does reconfigure(), which then changes nothing.
  client(boost::asio::any_io_executor executor, config::partner const& partner,
         options how = options());
  ~client();
  client(client const&) = delete;
  client& operator=(client const&) = delete;

  // Gives the body as it came. Never throws for what the network or the API does; throws only when
  // cancelled (boost::system::system_error with operation_aborted).
  // What the request cost is added to `spent` too, which must outlive it.
  boost::asio::awaitable<result<answer>> get(request what, counters* spent = nullptr);

  // Gives what `decode` makes of the body: a function of a std::string_view that returns a
  // decoded<T>, and outlives the request. Throws what it throws.
  template <class Decoder>
  auto get(request what, Decoder const& decode, counters* spent = nullptr)
      -> boost::asio::awaitable<
          result<typename std::invoke_result_t<Decoder const&, std::string_view>::value_type>> {
    using value = typename std::invoke_result_t<Decoder const&, std::string_view>::value_type;
    any_decoder const any = [&decode](std::string_view text) -> decoded<std::shared_ptr<void>> {
      auto made = decode(text);
      if (!made) return made.error();
      return std::shared_ptr<void>(std::make_shared<value>(std::move(*made)));
    };
    auto const made = co_await get_any(std::move(what), any, spent);
    if (!made) co_return made.error();
    co_return std::move(*static_cast<value*>(made->get()));
  }

  counters const& stats() const;

  // New limits and secrets after a reload; requests under way keep the old ones.
  void reconfigure(config::partner const& partner);

private:
  using any_decoder = std::function<decoded<std::shared_ptr<void>>(std::string_view body)>;
  boost::asio::awaitable<result<std::shared_ptr<void>>> get_any(request what,
                                                                any_decoder const& decode,
                                                                counters* spent);

  class body;
  std::shared_ptr<body>
      body_;  // shared with the coroutines under way, which may outlive the client
};

}  // namespace vobiz::api
