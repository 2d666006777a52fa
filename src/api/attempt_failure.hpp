#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "vobiz/api/client.hpp"

namespace vobiz::api {

// Why one attempt brought no usable answer.
struct attempt_failure {
  problem_kind kind = problem_kind::unavailable;
  int status = 0;          // 0 when no complete answer arrived
  bool transient = true;   // another attempt may well succeed
  std::string request_id;  // the provider's, when it gave one
  std::string what;        // `503 "overloaded" [request req_1]`, `no complete answer within 30 s`
  std::optional<std::chrono::milliseconds> asked_wait;  // Retry-After, as the server said it
  bool too_large = false;         // the body exceeds its bound: asking again will not help
  bool asked_unreadably = false;  // the server asks for a wait, but not for how long
  // On a connection that had been used before, before any byte of the answer: the server may have
  // closed it just then, which says nothing about the request.
  bool stale_connection = false;
};

template <class T>
using attempt_result = boost::system::result<T, attempt_failure>;

constexpr int too_many_requests = 429;

// The one place where an HTTP status gets its meaning (docs/partner-api.md, "Errors").
problem_kind kind_of(int status);

// Whether the same request may get another answer a moment later.
bool is_transient(int status);

}  // namespace vobiz::api
