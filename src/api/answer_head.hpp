#pragma once

#include <boost/beast/core/error.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The head of an HTTP answer as servers and proxies in use write it. Beast's parser takes only the
// strict form, so a head is read here, and what matters of it is given to Beast in that form.
namespace vobiz::api {

struct answer_head {
  int status = 0;
  // In the strict form, with only the fields that somebody reads. A field of several lines is one.
  std::string strict;
  // Its length is told twice (RFC 9112 §6.3): the connection must not carry another answer.
  bool ambiguous_length = false;
  // Transfer-Encoding has a coding other than "chunked". We ask for none.
  bool coded_transfer = false;
};

// How long the head at the front of `bytes` is, with its blank line; nothing while it has not come
// as a whole. The first `known` bytes have been looked at before.
std::optional<std::size_t> head_length(std::string_view bytes, std::size_t known);

// Whether an answer can begin with these bytes, of which more may follow.
bool may_be_answer(std::string_view bytes);

// Reads a whole head. It takes what curl, Go and Python take: lines that end with LF, a status line
// without a reason, folded lines, a Content-Length beside "chunked", which wins. The errors are
// those of Beast's parser; header_limit: more than bounds::head_fields.
boost::system::result<answer_head, boost::beast::error_code> read_head(std::string_view bytes);

// 1xx: the answer proper is still to come. Not 101, which ends HTTP on the connection.
constexpr bool is_interim(int status) { return status >= 100 && status < 200 && status != 101; }

}  // namespace vobiz::api
