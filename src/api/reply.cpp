#include "reply.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>

#include "error_body.hpp"
#include "gzip.hpp"
#include "retry_after.hpp"
#include "server_text.hpp"

namespace vobiz::api {

namespace http = boost::beast::http;

namespace {

// Longer than any identifier in use, short enough for a line.
constexpr std::size_t longest_request_id = 100;

std::string_view field(wire_answer const& reply, std::string_view name) {
  auto const value = reply[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

boost::system::result<std::string, gzip_error> unpacked(wire_answer& reply, std::uint64_t largest) {
  auto const encoding = reply[http::field::content_encoding];
  if (encoding.empty() || boost::beast::iequals(encoding, "identity")) {
    return std::move(reply.body());
  }
  if (boost::beast::iequals(encoding, "gzip") || boost::beast::iequals(encoding, "x-gzip")) {
    return gunzip(reply.body(), largest);
  }
  return gzip_error{false, fmt::format("Content-Encoding \"{}\" was not asked for",
                                       std::string_view(encoding.data(), encoding.size()))};
}

std::string in_brackets(std::string const& request_id) {
  return request_id.empty() ? std::string() : fmt::format(" [request {}]", request_id);
}

std::string describe(int status, error_body const& reported,
                     std::vector<std::string_view> const& secrets) {
  if (status >= 300 && status < 400) {
    return fmt::format("{} redirects are not followed: check base_url", status);
  }
  if (status < 300) return fmt::format("{} where only 200 has an answer in it", status);
  std::string result = std::to_string(status);
  auto const code = printable(reported.code, secrets, longest_request_id);
  auto const message = printable(reported.message, secrets);
  if (!code.empty()) result += ' ' + code;
  if (!message.empty()) {
    result += fmt::format(" \"{}\"", message);
  } else if (code.empty()) {
    result += " without a message";
  }
  return result;
}

}  // namespace

attempt_result<answer> read_reply(wire_answer&& reply, std::uint64_t largest,
                                  std::vector<std::string_view> const& secrets,
                                  core::utc_time now) {
  int const status = static_cast<int>(reply.result_int());
  auto const id_header = std::string(field(reply, "X-Request-ID"));
  auto body = unpacked(reply, largest);

  if (status == 200) {
    auto const request_id = printable(id_header, secrets, longest_request_id);
    if (body) return answer{std::move(*body), request_id};
    attempt_failure failed;
    failed.status = status;
    failed.transient = !body.error().too_large;
    failed.what = fmt::format("200 with a body that cannot be read: {}{}",
                              printable(body.error().message, secrets), in_brackets(request_id));
    if (body.error().too_large) failed.what += ": raise max_response";
    return failed;
  }

  attempt_failure failed;
  failed.status = status;
  failed.kind = kind_of(status);
  failed.transient = is_transient(status);
  auto const reported = body ? read_error(*body) : error_body();
  auto const request_id =
      printable(id_header.empty() ? reported.request_id : id_header, secrets, longest_request_id);
  failed.request_id = request_id;
  failed.what = describe(status, reported, secrets) + in_brackets(request_id);
  // A date is counted from the server's clock where the answer has it: this machine's may differ.
  auto const server_now = http_date(field(reply, "Date")).value_or(now);
  failed.asked_wait = retry_after(field(reply, "Retry-After"), server_now);
  if (!failed.asked_wait) failed.asked_wait = retry_after(reported.retry_after, server_now);
  return failed;
}

}  // namespace vobiz::api
