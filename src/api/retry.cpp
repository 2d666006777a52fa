#include "retry.hpp"

#include <algorithm>

namespace vobiz::api {

using std::chrono::milliseconds;

namespace {

milliseconds ceiling_of(options const& how, int attempt) {
  auto ceiling = std::min(how.backoff_base, how.backoff_cap);
  for (int doubled = 1; doubled < attempt && ceiling < how.backoff_cap; ++doubled) {
    ceiling = std::min(ceiling * 2, how.backoff_cap);
  }
  return ceiling;
}

}  // namespace

milliseconds backoff(options const& how, int attempt, double random) {
  return milliseconds(static_cast<milliseconds::rep>(
      static_cast<double>(ceiling_of(how, attempt).count()) * random));
}

milliseconds pause_for(options const& how, int attempt, attempt_failure const& last,
                       double random) {
  if (last.asked_wait) return std::min(*last.asked_wait, how.longest_pause);
  return last.asked_unreadably ? ceiling_of(how, attempt) : backoff(how, attempt, random);
}

std::optional<milliseconds> retry_wait(options const& how, int attempt, attempt_failure const& last,
                                       double random) {
  if (!last.transient || attempt >= how.attempts) return std::nullopt;
  return pause_for(how, attempt, last, random);
}

}  // namespace vobiz::api
