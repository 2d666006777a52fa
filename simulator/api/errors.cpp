#include "simulator/api/errors.hpp"

#include <boost/beast/http/status.hpp>

#include "simulator/api/json.hpp"

namespace vobiz::simulator {

std::string_view reason_of(int status) {
  auto const reason = boost::beast::http::obsolete_reason(
      boost::beast::http::int_to_status(static_cast<unsigned>(status)));
  return {reason.data(), reason.size()};
}

answer make_error(int status, error_text const& what, error_shape shape,
                  std::string_view request_id, instant now) {
  answer error;
  error.status = status;
  auto& out = error.body;
  switch (shape) {
    case error_shape::full: {
      object body(out);
      body.plain("status", "error");
      if (body.begin("error")) {
        object inner(out);
        inner.string("code", what.code);
        inner.string("message", what.message);
        inner.raw("details", what.details.empty() ? "{}" : what.details);
      }
      body.time("timestamp", now);
      body.string("requestId", request_id);
      break;
    }
    case error_shape::numbered: {
      object body(out);
      if (body.begin("error")) {
        object inner(out);
        inner.integer("code", status);
        inner.string("message", what.message);
      }
      break;
    }
    case error_shape::coded: {
      object body(out);
      body.string("error", what.code);
      body.string("message", what.message);
      break;
    }
    case error_shape::text: {
      object body(out);
      body.string("error", what.message);
      break;
    }
    case error_shape::html:
      error.content_type = "text/html";
      out = "<html><head><title>" + std::to_string(status) + ' ' + std::string(reason_of(status)) +
            "</title></head><body><center><h1>" + std::string(reason_of(status)) +
            "</h1></center><hr><center>example-proxy</center></body></html>\n";
      break;
    case error_shape::empty:
      error.content_type.clear();
      break;
  }
  return error;
}

}  // namespace vobiz::simulator
