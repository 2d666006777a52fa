#include "session.hpp"

#include "vobiz/async/one_inside.hpp"

namespace vobiz::api {

namespace asio = boost::asio;

session::session(asio::any_io_executor executor, std::function<clock::time_point()> now)
    : one_at_a_time_(std::move(executor), std::make_shared<async::one_inside>()),
      now_(std::move(now)) {}

void session::keep(grant const& granted) {
  token_ = granted.token;
  // Without a lifetime the token is used until the API answers 401.
  expires_at_ = clock::time_point::max();
  renew_at_ = expires_at_;
  if (granted.expires_in) {
    expires_at_ = now_() + *granted.expires_in;
    renew_at_ = expires_at_ - clock::duration(*granted.expires_in) / 5;
  }
}

void session::refused(std::string const& token) {
  if (token == token_) token_.clear();
}

asio::awaitable<attempt_result<std::string>> session::bearer(call log_in) {
  if (fresh()) co_return token_;
  auto const before = logins_;
  auto const turn = co_await one_at_a_time_.enter(0);
  if (fresh()) co_return token_;
  if (logins_ != before && last_failure_) {
    if (alive()) co_return token_;
    co_return *last_failure_;
  }

  auto const outcome = co_await log_in();
  ++logins_;
  if (outcome) {
    last_failure_.reset();
    keep(*outcome);
    co_return token_;
  }
  last_failure_ = outcome.error();
  if (alive() && last_failure_->transient) {
    // Not with each request: after another half of what is left.
    renew_at_ = now_() + (expires_at_ - now_()) / 2;
    co_return token_;
  }
  token_.clear();
  co_return *last_failure_;
}

}  // namespace vobiz::api
