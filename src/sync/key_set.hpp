#pragma once

#include <boost/functional/hash.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <boost/uuid/uuid_hash.hpp>
#include <string_view>

#include "vobiz/core/digest.hpp"

namespace vobiz::sync {

// The keys of the rows a list has shown, each once. A day may have a million, so their digests
// alone are kept: 16 bytes each.
class key_set {
public:
  // Whether the key is new.
  bool insert(std::string_view key) { return digests_.insert(core::digest_of(key)).second; }
  bool contains(std::string_view key) const { return digests_.contains(core::digest_of(key)); }
  // Gives its memory back.
  void clear() { digests_ = {}; }
  std::size_t size() const { return digests_.size(); }

private:
  boost::unordered_flat_set<core::digest, boost::hash<core::digest>> digests_;
};

}  // namespace vobiz::sync
