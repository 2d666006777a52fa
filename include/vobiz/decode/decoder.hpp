#pragma once

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <string_view>

#include "vobiz/decode/page.hpp"

namespace vobiz::decode {

class layout;

// Turns the API's answers for one stream into rows. Built once per stream; decode() keeps nothing
// between calls and may run on several threads.
//
// What a cell holds: numbers as they were written on the wire, whole numbers without fraction or
// exponent, times as `YYYY-MM-DDTHH:MM:SS[.ffffff]Z` (so equal instants are equal texts and the
// first ten characters are the UTC day), UUIDs in lower case, jsonb as compact JSON. An empty
// string is NULL.
class decoder {
public:
  // The stream must outlive the decoder.
  explicit decoder(streams::stream const& what);
  ~decoder();
  decoder(decoder&&) noexcept;
  decoder& operator=(decoder&&) noexcept;

  // Fails when the body as a whole is not JSON, or counts its rows with what is no count; rows that
  // cannot be stored are in page::rejects.
  boost::system::result<page, parse_error> decode(std::string_view body) const;

private:
  std::unique_ptr<layout const> layout_;
};

[[noreturn]] void throw_exception_from_error(parse_error const& error,
                                             boost::source_location const& where);

}  // namespace vobiz::decode
