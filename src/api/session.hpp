#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "attempt_failure.hpp"
#include "login.hpp"
#include "vobiz/async/priority_gate.hpp"

namespace vobiz::api {

// The bearer token of a partner that authenticates by login. Whoever needs it first logs in, the
// others wait for that one login and share its outcome.
class session {
public:
  using clock = std::chrono::steady_clock;
  using call = std::function<boost::asio::awaitable<attempt_result<grant>>()>;

  session(boost::asio::any_io_executor executor, std::function<clock::time_point()> now);

  // The token to use now: renewed when 80 % of its life are over. A renewal that fails for a
  // passing reason leaves the old token in use while it lives.
  boost::asio::awaitable<attempt_result<std::string>> bearer(call log_in);

  // The API refused this token: it is not used again.
  void refused(std::string const& token);

  std::string const& current() const { return token_; }

private:
  bool fresh() const { return !token_.empty() && now_() < renew_at_; }
  bool alive() const { return !token_.empty() && now_() < expires_at_; }
  void keep(grant const& granted);

  async::priority_gate one_at_a_time_;
  std::function<clock::time_point()> now_;
  std::string token_;
  clock::time_point renew_at_{};
  clock::time_point expires_at_{};
  unsigned logins_ = 0;                          // ended ones, whatever their outcome
  std::optional<attempt_failure> last_failure_;  // of the last login; nothing when it succeeded
};

}  // namespace vobiz::api
