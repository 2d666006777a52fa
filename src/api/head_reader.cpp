#include "head_reader.hpp"

#include <algorithm>
#include <boost/beast/http/error.hpp>

#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace http = boost::beast::http;
using boost::beast::error_code;

boost::system::result<std::optional<answer_head>, error_code> head_reader::put(
    std::string_view& bytes) {
  while (!bytes.empty()) {
    begun_ = true;
    auto const known = bytes_.size();
    // One byte more than may come shows that it is too much.
    auto const taken = std::min(bytes.size(), left_ + 1 - known);
    bytes_.append(bytes.substr(0, taken));
    if (!may_be_answer(bytes_)) return error_code(http::error::bad_version);
    auto const size = head_length(bytes_, known);
    if (size.value_or(bytes_.size()) > left_) return error_code(http::error::header_limit);
    if (!size) {
      bytes.remove_prefix(taken);
      continue;
    }
    bytes.remove_prefix(*size - known);
    auto head = read_head(std::string_view(bytes_).substr(0, *size));
    left_ -= *size;
    bytes_.clear();
    if (!head) return head.error();
    if (!is_interim(head->status)) return std::optional(std::move(*head));
    if (++interim_ > core::bounds::interim_answers) return error_code(http::error::header_limit);
  }
  return std::optional<answer_head>();
}

error_code head_reader::at_end() const {
  return begun_ ? http::error::partial_message : http::error::end_of_stream;
}

}  // namespace vobiz::api
