#pragma once

#include <boost/uuid/uuid.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace vobiz::core {

// What stands for a text where many are kept: a version 5 UUID (RFC 4122), 16 bytes made by SHA-1.
using digest = boost::uuids::uuid;

digest digest_of(std::string_view text);

// Stands for a set of texts, in whatever order they are added; each is added once.
class set_digest {
public:
  void add(digest const& one);
  std::int64_t size() const { return size_; }
  // "3:" and 32 hexadecimal digits; equal for equal sets alone.
  std::string text() const;

private:
  digest all_{};
  std::int64_t size_ = 0;
};

}  // namespace vobiz::core
