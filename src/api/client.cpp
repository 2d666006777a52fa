#include "vobiz/api/client.hpp"

#include <algorithm>
#include <boost/throw_exception.hpp>
#include <random>
#include <stdexcept>

#include "pacing.hpp"
#include "partner_endpoint.hpp"
#include "reply.hpp"
#include "retry.hpp"
#include "seconds.hpp"
#include "server_text.hpp"
#include "vobiz/api/path.hpp"
#include "vobiz/async/sleep.hpp"
#include "vobiz/core/input_bounds.hpp"
#include "vobiz/core/log.hpp"

namespace vobiz::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using std::chrono::milliseconds;

namespace {

std::function<double()> own_random() {
  return [engine = std::mt19937_64(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>()(engine);
  };
}

wire_request message(partner_endpoint const& at, http::verb verb, std::string_view path,
                     std::vector<std::pair<std::string, std::string>> const& query) {
  wire_request result(verb, target(at.where, path, query), 11);
  result.set(http::field::host, at.where.host_header);
  result.set(http::field::user_agent, "vobiz-syncd/" VOBIZ_VERSION);
  result.set(http::field::accept, "application/json");
  result.set(http::field::accept_encoding, "gzip");
  return result;
}

// A request with the state of its attempts.
struct pending_request {
  std::shared_ptr<partner_endpoint> at;
  std::string name;              // "GET /cdrs"
  std::optional<request> asked;  // nothing: the log-in
  wire_request message;
  std::string bearer;  // empty without log-in
  priority urgency = priority::fresh;
  int attempt = 1;
  counters* spent = nullptr;  // the caller's own count, besides the client's

  // Bytes of an answer's body, as it comes and unpacked.
  std::uint64_t largest_answer() const {
    return asked ? at->partner.max_response : core::bounds::login_answer;
  }

  core::log_fields about(std::string const& request_id = {}) const {
    core::log_fields fields;
    fields.partner = at->partner.name;
    fields.request_id = request_id;
    return fields;
  }

  std::string label() const { return fmt::format("partner \"{}\": {}", at->partner.name, name); }
};

attempt_failure with_hint(pending_request const& what, attempt_failure failed) {
  if (failed.too_large && what.asked) failed.what += ": raise max_response";
  return failed;
}

}  // namespace

counters& counters::operator+=(counters const& more) {
  requests += more.requests;
  for (std::size_t i = 0; i < answers.size(); ++i) answers[i] += more.answers[i];
  retries += more.retries;
  throttled += more.throttled;
  bytes += more.bytes;
  logins += more.logins;
  return *this;
}

void throw_exception_from_error(unusable const& error, boost::source_location const& where) {
  boost::throw_exception(std::runtime_error(error.why), where);
}

void throw_exception_from_error(problem const& error, boost::source_location const& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

class client::body {
public:
  body(asio::any_io_executor const& on, config::partner const& partner, options const& with)
      : executor(on),
        how(with),
        present(std::make_shared<partner_endpoint>(on, partner, with)),
        pace(std::make_shared<pacing>(partner.limits, std::chrono::steady_clock::now())),
        gate(on, pace) {
    if (!how.random) how.random = own_random();
  }

  // An answer and what the decoder made of it; nothing where there is no decoder.
  struct decoded_answer {
    answer as_sent;
    std::shared_ptr<void> value;
  };

  // `decode` may be null.
  static asio::awaitable<result<decoded_answer>> get(std::shared_ptr<body> self, request what,
                                                     any_decoder const* decode, counters* spent);

  asio::any_io_executor executor;
  options how;
  std::shared_ptr<partner_endpoint> present;
  std::shared_ptr<pacing> pace;
  async::priority_gate gate;
  counters stats;

private:
  asio::awaitable<attempt_result<decoded_answer>> attempt(pending_request& what,
                                                          any_decoder const* decode);
  asio::awaitable<attempt_result<answer>> send(pending_request const& what);
  asio::awaitable<attempt_result<grant>> log_in(std::shared_ptr<partner_endpoint> at, int attempt);
  void slow_down(pending_request const& what, attempt_failure& refusal,
                 std::chrono::steady_clock::time_point sent);
  void limit_pause(pending_request const& what, attempt_failure& failed) const;
  problem give_up(pending_request const& what, attempt_failure const& last) const;
  void count(pending_request const& what, std::uint64_t counters::*which, std::uint64_t by = 1);
  void count_answer(pending_request const& what, unsigned status);
};

// Makes one attempt: waits for its turn, sends, reads the answer, and reports the outcome to the
// budget.
asio::awaitable<attempt_result<answer>> client::body::send(pending_request const& what) {
  auto const turn = co_await gate.enter(static_cast<int>(what.urgency));
  auto const sent = std::chrono::steady_clock::now();
  std::function<void()> const counted = [&] { count(what, &counters::requests); };
  auto const largest = what.largest_answer();
  auto reply = co_await what.at->exchange(what.message, largest, counted);
  auto const took =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - sent).count();
  count_answer(what, reply ? reply->result_int() : 0);
  if (!reply) {
    auto failed = with_hint(what, reply.error());
    core::log(spdlog::level::debug, what.about(), "{}: {}, {} ms", what.label(), failed.what, took);
    co_return failed;
  }
  auto const bytes = reply->body().size();
  count(what, &counters::bytes, bytes);
  core::log(spdlog::level::debug, what.about(), "{}: {}, {} bytes, {} ms", what.label(),
            reply->result_int(), bytes, took);
  auto outcome = read_reply(std::move(*reply), largest, what.at->secrets(what.bearer),
                            std::chrono::system_clock::now());
  if (outcome) {
    pace->accepted(std::chrono::steady_clock::now());
    co_return outcome;
  }
  auto failed = with_hint(what, outcome.error());
  limit_pause(what, failed);
  if (failed.status == too_many_requests) {
    slow_down(what, failed, sent);
  } else {
    pace->accepted(std::chrono::steady_clock::now());
  }
  co_return failed;
}

void client::body::count(pending_request const& what, std::uint64_t counters::*which,
                         std::uint64_t by) {
  stats.*which += by;
  if (what.spent != nullptr) what.spent->*which += by;
}

void client::body::count_answer(pending_request const& what, unsigned status) {
  auto const digit = status >= 100 && status < 600 ? status / 100 : 0;
  ++stats.answers[digit];
  if (what.spent != nullptr) ++what.spent->answers[digit];
}

void client::body::limit_pause(pending_request const& what, attempt_failure& failed) const {
  if (!failed.asked_wait || *failed.asked_wait <= how.longest_pause) return;
  core::log(spdlog::level::warn, what.about(),
            "{}: asks for a pause of {:.10g} s, which is too long: pausing {:g} s", what.label(),
            in_seconds(*failed.asked_wait), in_seconds(how.longest_pause));
  failed.asked_wait = how.longest_pause;
}

void client::body::slow_down(pending_request const& what, attempt_failure& refusal,
                             std::chrono::steady_clock::time_point sent) {
  count(what, &counters::throttled);
  // The budget and the retry wait for the same time.
  refusal.asked_wait = pause_for(how, what.attempt, refusal, how.random());
  pace->refused(std::chrono::steady_clock::now(), sent, *refusal.asked_wait);
}

asio::awaitable<attempt_result<grant>> client::body::log_in(std::shared_ptr<partner_endpoint> at,
                                                            int attempt) {
  pending_request what;
  what.at = at;
  what.name = "POST /login";
  what.message = message(*at, http::verb::post, "/login", {});
  what.message.set(http::field::content_type, "application/json");
  what.message.body() = login_body(*at->partner.login);
  what.message.prepare_payload();
  what.attempt = attempt;
  auto const reply = co_await send(what);
  attempt_failure failed;
  if (!reply) {
    failed = reply.error();
    // Whatever the status: without a token there is no access.
    if (!failed.transient && failed.status >= 400) failed.kind = problem_kind::unauthorized;
    failed.what = fmt::format("{}: {}", what.name, failed.what);
    co_return failed;
  }
  auto const granted = read_grant(reply->body);
  if (!granted) {
    failed.status = 200;
    failed.what = fmt::format("{}: 200 without a usable tokens.access_token", what.name);
    co_return failed;
  }
  ++stats.logins;
  co_return *granted;
}

asio::awaitable<attempt_result<client::body::decoded_answer>> client::body::attempt(
    pending_request& what, any_decoder const* decode) {
  what.bearer.clear();
  if (what.at->partner.login) {
    session::call call = [this, at = what.at, number = what.attempt] { return log_in(at, number); };
    auto const token = co_await what.at->log_ins.bearer(call);
    if (!token) co_return token.error();
    what.bearer = *token;
    what.message.set(http::field::authorization, "Bearer " + what.bearer);
  }
  auto reply = co_await send(what);
  if (!reply) co_return reply.error();
  decoded_answer result{std::move(*reply), nullptr};
  if (decode == nullptr) co_return result;
  auto made = (*decode)(result.as_sent.body);
  if (made) {
    result.value = std::move(*made);
    co_return result;
  }
  auto const& request_id = result.as_sent.request_id;
  attempt_failure failed;
  failed.status = 200;
  failed.what = fmt::format("200 with a body that cannot be used: {}",
                            printable(made.error().why, what.at->secrets(what.bearer)));
  if (!request_id.empty()) failed.what += fmt::format(" [request {}]", request_id);
  failed.request_id = request_id;
  co_return failed;
}

problem client::body::give_up(pending_request const& what, attempt_failure const& last) const {
  problem result;
  result.kind = last.kind;
  result.status = last.status;
  result.asked = what.asked;
  result.message = fmt::format("{}: {}", what.name, last.what);
  result.asked_wait = last.asked_wait;
  if (what.attempt > 1) result.message += fmt::format(", after {} attempts", what.attempt);
  if (result.kind == problem_kind::unauthorized) {
    // What it said is in the result, which whoever asked reports.
    auto const& partner = what.at->partner;
    core::log(spdlog::level::err, what.about(last.request_id),
              "partner \"{}\": the API refuses the credentials", partner.name);
    core::log(spdlog::level::err, what.about(), "hint: check {} of partner \"{}\"",
              partner.login ? "email and password" : "auth_id and auth_token", partner.name);
  }
  return result;
}

asio::awaitable<result<client::body::decoded_answer>> client::body::get(std::shared_ptr<body> self,
                                                                        request wanted,
                                                                        any_decoder const* decode,
                                                                        counters* spent) {
  pending_request what;
  what.spent = spent;
  what.at = self->present;
  what.name = fmt::format("GET {}", one_line(wanted.path));
  what.message = message(*what.at, http::verb::get, wanted.path, wanted.query);
  what.urgency = wanted.urgency;
  what.asked = wanted;
  if (!is_plain_path(wanted.path)) {
    attempt_failure failed;
    failed.kind = problem_kind::bad_request;
    failed.what = "not sent: an empty id, \".\" or \"..\" cannot be part of a path";
    co_return self->give_up(what, failed);
  }
  auto how = self->how;
  if (wanted.attempts > 0) how.attempts = wanted.attempts;
  auto const& partner = what.at->partner;
  if (!partner.login) {
    auto const token = partner.auth_token.reveal();
    what.message.set("X-Auth-ID", partner.auth_id);
    what.message.set("X-Auth-Token", boost::beast::string_view(token.data(), token.size()));
  }

  bool logged_in_again = false;
  for (;;) {
    auto outcome = co_await self->attempt(what, decode);
    if (outcome) co_return std::move(*outcome);
    auto const last = outcome.error();
    if (last.status == 401 && !what.bearer.empty() && !logged_in_again) {
      // The token may just have expired, or been revoked by a log-in elsewhere.
      core::log(spdlog::level::info, what.about(last.request_id), "{}: {}: logging in again",
                what.label(), last.what);
      logged_in_again = true;
      what.at->log_ins.refused(what.bearer);
      continue;
    }
    auto const wait = retry_wait(how, what.attempt, last, how.random());
    if (!wait) co_return self->give_up(what, last);
    core::log(spdlog::level::warn, what.about(last.request_id),
              "{}: {}: attempt {} of {} in {:g} s", what.label(), last.what, what.attempt + 1,
              how.attempts, in_seconds(*wait));
    co_await async::sleep_for(*wait);
    ++what.attempt;
    self->count(what, &counters::retries);
  }
}

client::client(asio::any_io_executor executor, config::partner const& partner, options how)
    : body_(std::make_shared<body>(executor, partner, how)) {}

client::~client() = default;

asio::awaitable<result<answer>> client::get(request what, counters* spent) {
  auto reply = co_await body::get(body_, std::move(what), nullptr, spent);
  if (!reply) co_return reply.error();
  co_return std::move(reply->as_sent);
}

asio::awaitable<result<std::shared_ptr<void>>> client::get_any(request what,
                                                               any_decoder const& decode,
                                                               counters* spent) {
  auto reply = co_await body::get(body_, std::move(what), &decode, spent);
  if (!reply) co_return reply.error();
  co_return std::move(reply->value);
}

counters const& client::stats() const { return body_->stats; }

void client::reconfigure(config::partner const& partner) {
  body_->present = std::make_shared<partner_endpoint>(body_->executor, partner, body_->how);
  body_->pace->reconfigure(partner.limits);
  body_->gate.look_again();
}

}  // namespace vobiz::api
