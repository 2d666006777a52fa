#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace vobiz::api {

// Why bytes are not usable as gzip.
struct gzip_error {
  bool too_large = false;  // more than the limit comes out: asking again will not help
  std::string message;
};

// The unpacked bytes of a gzip file (RFC 1952; one or more members), at most `limit` of them. What
// stands behind the last member is ignored.
boost::system::result<std::string, gzip_error> gunzip(std::string_view packed, std::uint64_t limit);

}  // namespace vobiz::api
