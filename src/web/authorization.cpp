#include "authorization.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace vobiz::web {

namespace {

using digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

digest digest_of(std::string_view text) {
  digest result;
  SHA256(reinterpret_cast<unsigned char const*>(text.data()), text.size(), result.data());
  return result;
}

// Compares digests, so that the time reveals neither length nor content of the token.
bool same(std::string_view left, std::string_view right) {
  auto const a = digest_of(left);
  auto const b = digest_of(right);
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

// The text after the scheme's name, which is case-insensitive.
std::optional<std::string_view> after_scheme(std::string_view header, std::string_view scheme) {
  auto const same_letter = [](char a, char b) { return (a | 0x20) == b; };
  if (header.size() <= scheme.size() || header[scheme.size()] != ' ') return std::nullopt;
  if (!std::equal(scheme.begin(), scheme.end(), header.begin(),
                  [&](char s, char h) { return same_letter(h, s); })) {
    return std::nullopt;
  }
  header.remove_prefix(scheme.size());
  auto const begin = header.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

std::optional<std::string> password_of(std::string_view encoded) {
  if (encoded.size() % 4 != 0) return std::nullopt;
  std::string decoded(encoded.size() / 4 * 3, '\0');
  auto const size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                    reinterpret_cast<unsigned char const*>(encoded.data()),
                                    static_cast<int>(encoded.size()));
  if (size < 0) return std::nullopt;
  // OpenSSL decodes padding as zeros.
  auto const last = encoded.find_last_not_of('=');
  auto const padding = last == std::string_view::npos ? 0 : encoded.size() - last - 1;
  if (padding > 2) return std::nullopt;
  decoded.resize(static_cast<std::size_t>(size) - padding);
  auto const colon = decoded.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return decoded.substr(colon + 1);
}

}  // namespace

bool carries_token(std::string_view authorization, std::string_view token) {
  if (auto const bearer = after_scheme(authorization, "bearer")) return same(*bearer, token);
  if (auto const basic = after_scheme(authorization, "basic")) {
    auto const password = password_of(*basic);
    return password && same(*password, token);
  }
  return false;
}

}  // namespace vobiz::web
