#include "page.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <string>

namespace vobiz::web {

namespace {

// A source expression for a Content-Security-Policy: 'sha256-BASE64'.
std::string hash_source(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  SHA256(reinterpret_cast<unsigned char const*>(text.data()), text.size(), hash.data());
  std::array<unsigned char, 4 * ((SHA256_DIGEST_LENGTH + 2) / 3) + 1> encoded;
  auto const size = EVP_EncodeBlock(encoded.data(), hash.data(), hash.size());
  return fmt::format("'sha256-{}'", std::string(encoded.begin(), encoded.begin() + size));
}

void replace(std::string& in, std::string_view mark, std::string_view with) {
  in.replace(in.find(mark), mark.size(), with);
}

response make_page() {
  auto const parts = embedded_page();
  response result;
  result.type = "text/html; charset=utf-8";
  result.body = parts.html;
  replace(result.body, "@style@", parts.style);
  replace(result.body, "@script@", parts.script);
  result.policy = fmt::format(
      "default-src 'none'; style-src {}; script-src {}; connect-src 'self'; img-src data:; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      hash_source(parts.style), hash_source(parts.script));
  return result;
}

}  // namespace

response const& page() {
  static response const made = make_page();
  return made;
}

}  // namespace vobiz::web
