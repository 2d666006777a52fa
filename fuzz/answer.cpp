#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "api/answer_head.hpp"
#include "api/reply.hpp"
#include "target.hpp"

// Input: what a server sends. It is read as connection.cpp reads it, and its meaning is taken.
namespace vobiz::fuzz {
namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::uint64_t largest_body = 4096;

// The body behind the head, if it is complete.
std::optional<api::wire_answer> with_body(api::answer_head const& head, std::string_view rest) {
  http::response_parser<http::string_body> parser;
  parser.body_limit(largest_body);
  parser.header_limit(static_cast<std::uint32_t>(head.strict.size()));
  error_code error;
  auto const taken = parser.put(boost::asio::buffer(head.strict), error);
  // A length may be no number, or above the limit; all else has been read here.
  if (error) {
    require(error == http::error::bad_content_length ||
                error == http::error::multiple_content_length || error == http::error::body_limit,
            "a strict head is taken", head.strict);
    return std::nullopt;
  }
  require(taken == head.strict.size() && parser.is_header_done(), "a strict head is whole",
          head.strict);
  require(parser.get().result_int() == static_cast<unsigned>(head.status), "the status is kept",
          head.strict);
  require(!head.ambiguous_length || !parser.keep_alive(), "an ambiguous length ends the connection",
          head.strict);
  while (!parser.is_done() && !rest.empty()) {
    auto const used = parser.put(boost::asio::buffer(rest.data(), rest.size()), error);
    if (error || used == 0) break;
    rest.remove_prefix(used);
  }
  if (!parser.is_done() && !error) parser.put_eof(error);
  if (error || !parser.is_done()) return std::nullopt;
  return parser.release();
}

}  // namespace
}  // namespace vobiz::fuzz

int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  using namespace vobiz;
  auto bytes = fuzz::as_text(data, size);
  auto const length = api::head_length(bytes, 0);
  for (std::size_t known = 0; known < std::min<std::size_t>(size, 64); ++known) {
    auto const later = api::head_length(bytes, known);
    fuzz::require(!length || known >= *length || later == length, "a head has one length", bytes);
  }
  if (!length) return 0;
  fuzz::require(*length <= size, "a head ends within the bytes", bytes);
  auto const head = api::read_head(bytes.substr(0, *length));
  if (!head) return 0;
  fuzz::require(api::may_be_answer(bytes), "a head begins as one", bytes);
  fuzz::require(head->strict.size() <= *length + 64, "a strict head is not longer", bytes);
  auto reply = fuzz::with_body(*head, bytes.substr(*length));
  if (!reply) return 0;
  auto const outcome = api::read_reply(std::move(*reply), fuzz::largest_body, {}, {});
  fuzz::require(!outcome || outcome->body.size() <= fuzz::largest_body, "a body has its bound");
  if (!outcome && outcome.error().asked_wait) {
    fuzz::require(outcome.error().asked_wait->count() >= 0, "a wait is not negative", bytes);
  }
  return 0;
}
