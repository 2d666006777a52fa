#include "vobiz/core/digest.hpp"

#include <boost/uuid/name_generator_sha1.hpp>

namespace vobiz::core {

digest digest_of(std::string_view text) {
  boost::uuids::name_generator_sha1 const generator(digest{});
  return generator(text.data(), text.size());
}

void set_digest::add(digest const& one) {
  for (std::size_t n = 0; n < digest::static_size(); ++n) all_.data[n] ^= one.data[n];
  ++size_;
}

std::string set_digest::text() const {
  constexpr std::string_view digits = "0123456789abcdef";
  auto result = std::to_string(size_) + ":";
  for (auto const byte : all_) {
    result += digits[byte >> 4];
    result += digits[byte & 15];
  }
  return result;
}

}  // namespace vobiz::core
