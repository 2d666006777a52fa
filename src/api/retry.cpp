#include "retry.hpp"

#include <algorithm>

namespace vobiz::api {

using std::chrono::milliseconds;

milliseconds backoff(options const& how, int attempt, double random) {
  auto ceiling = std::min(how.backoff_base, how.backoff_cap);
  for (int doubled = 1; doubled < attempt && ceiling < how.backoff_cap; ++doubled) {
    ceiling = std::min(ceiling * 2, how.backoff_cap);
  }
  return milliseconds(
      static_cast<milliseconds::rep>(static_cast<double>(ceiling.count()) * random));
}

std::optional<milliseconds> retry_wait(options const& how, int attempt, attempt_failure const& last,
                                       double random) {
  if (!last.transient || attempt >= how.attempts) return std::nullopt;
  if (last.asked_wait) return std::min(*last.asked_wait, how.longest_pause);
  return backoff(how, attempt, random);
}

}  // namespace vobiz::api
