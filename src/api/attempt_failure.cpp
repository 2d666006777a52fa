#include "attempt_failure.hpp"

namespace vobiz::api {

problem_kind kind_of(int status) {
  switch (status) {
    case 401:
      return problem_kind::unauthorized;
    case 403:
      return problem_kind::forbidden;
    case 404:
      return problem_kind::not_found;
    case 501:
      return problem_kind::unsupported;
    case 408:  // the server's own timeout: RFC 9110 §15.5.9 lets the client ask again
    case too_many_requests:
      return problem_kind::unavailable;
    default:
      // A redirect is never followed, so what leads to it is as wrong as what leads to a 400.
      return status >= 300 && status < 500 ? problem_kind::bad_request : problem_kind::unavailable;
  }
}

bool is_transient(int status) { return kind_of(status) == problem_kind::unavailable; }

}  // namespace vobiz::api
