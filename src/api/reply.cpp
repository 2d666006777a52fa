#include "reply.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <boost/beast/core/string.hpp>

#include "error_body.hpp"
#include "gzip.hpp"
#include "retry_after.hpp"
#include "server_text.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace {

// Longer than any symbol in use, short enough for a line.
constexpr std::size_t longest_code = 100;

std::string_view field(wire_answer const& reply, std::string_view name) {
  auto const value = reply[boost::beast::string_view(name.data(), name.size())];
  return {value.data(), value.size()};
}

// The codings of a body, the last applied first. Names that mean none are left out.
std::vector<std::string> codings_of(std::string_view field) {
  std::vector<std::string> result;
  boost::algorithm::split(result, field, boost::is_any_of(","));
  for (auto& coding : result) boost::algorithm::trim_if(coding, boost::is_any_of(" \t"));
  std::erase_if(result, [](std::string const& coding) {
    return coding.empty() || boost::beast::iequals(coding, "identity") ||
           boost::beast::iequals(coding, "none");
  });
  std::ranges::reverse(result);
  return result;
}

// Whether it reads as JSON or HTML: no coding has been applied to it, whatever a field says.
bool reads_as_text(std::string_view body) {
  auto const begin = body.find_first_not_of(" \t\r\n");
  return begin != std::string_view::npos && std::string_view("{[<").find(body[begin]) != body.npos;
}

boost::system::result<std::string, gzip_error> unpacked(wire_answer& reply, std::uint64_t largest) {
  auto body = std::move(reply.body());
  auto const codings = codings_of(field(reply, "Content-Encoding"));
  if (codings.size() > core::bounds::codings) {
    return gzip_error{
        false, fmt::format("more than {} codings in Content-Encoding", core::bounds::codings)};
  }
  for (auto const& coding : codings) {
    if (boost::beast::iequals(coding, "gzip") || boost::beast::iequals(coding, "x-gzip")) {
      auto plain = gunzip(body, largest);
      if (!plain) return plain;
      body = std::move(*plain);
    } else if (!reads_as_text(body)) {
      return gzip_error{false, "a Content-Encoding that was not asked for"};
    }
  }
  // RFC 8259 §8.1: a byte order mark says nothing here.
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (body.starts_with(byte_order_mark)) body.erase(0, byte_order_mark.size());
  return body;
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
  auto const code = printable(reported.code, secrets, longest_code);
  auto const message = printable(reported.message, secrets);
  if (!code.empty()) result += ' ' + code;
  if (!message.empty()) {
    result += fmt::format(" \"{}\"", message);
  } else if (code.empty()) {
    result += reported.form.empty() ? " without a message" : " with " + reported.form;
  }
  return result;
}

}  // namespace

attempt_result<answer> read_reply(wire_answer&& reply, std::uint64_t largest,
                                  std::vector<std::string_view> const& secrets,
                                  core::utc_time now) {
  int const status = static_cast<int>(reply.result_int());
  auto const id_header = std::string(field(reply, "X-Request-ID"));
  if (status != 200) largest = std::min<std::uint64_t>(largest, core::bounds::error_body);
  auto const type = std::string(field(reply, "Content-Type"));
  auto body = unpacked(reply, largest);

  if (status == 200) {
    auto const request_id = request_id_of(id_header, secrets);
    if (body) return answer{std::move(*body), request_id};
    attempt_failure failed;
    failed.status = status;
    failed.too_large = body.error().too_large;
    failed.transient = !failed.too_large;
    failed.what = fmt::format("200 with a body that cannot be read: {}{}",
                              printable(body.error().message, secrets), in_brackets(request_id));
    return failed;
  }

  attempt_failure failed;
  failed.status = status;
  failed.kind = kind_of(status);
  failed.transient = is_transient(status);
  auto const reported = body ? read_error(*body, type) : error_body();
  auto const request_id =
      request_id_of(id_header.empty() ? reported.request_id : id_header, secrets);
  failed.request_id = request_id;
  failed.what = describe(status, reported, secrets) + in_brackets(request_id);
  // A date is counted from the server's clock where the answer has it: this machine's may differ.
  auto const server_now = http_date(field(reply, "Date"));
  auto const in_header = field(reply, "Retry-After");
  failed.asked_wait = retry_after(in_header, server_now, now);
  if (!failed.asked_wait) failed.asked_wait = retry_after(reported.retry_after, server_now, now);
  bool const asks = !in_header.empty() || !reported.retry_after.empty();
  failed.asked_unreadably = asks && !failed.asked_wait;
  return failed;
}

}  // namespace vobiz::api
