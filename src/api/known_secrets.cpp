#include "known_secrets.hpp"

#include <openssl/evp.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <iterator>

namespace vobiz::api {

namespace {

struct spelling {
  std::string text;
  bool is_base64 = false;  // of which letter case matters, and its last character may hold more
};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word_character(char c) { return is_lower(c) || is_upper(c) || (c >= '0' && c <= '9'); }
char in_lower_case(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

// Length of the escape at the front of the text that stands for the character: %2F, \u002f, \/.
std::size_t length_of_escape(std::string_view text, char wanted) {
  auto const stands_for = [&](std::size_t digits) {
    unsigned value = 0;
    if (text.size() < digits + 2) return false;
    auto const* const end = text.data() + digits + 2;
    auto const [read, error] = std::from_chars(text.data() + digits, end, value, 16);
    return error == std::errc() && read == end && value == static_cast<unsigned char>(wanted);
  };
  if (text.starts_with('%') && stands_for(1)) return 3;
  if (text.starts_with("\\u00") && stands_for(4)) return 6;
  return text.size() > 1 && text[0] == '\\' && text[1] == wanted ? 2 : 0;
}

std::string hexadecimal(std::string_view secret) {
  std::string result;
  for (char const c : secret) {
    fmt::format_to(std::back_inserter(result), "{:02x}", static_cast<unsigned char>(c));
  }
  return result;
}

// The characters of base64 that depend on the secret alone when `before` bytes stand before it in
// their group of three.
std::string base64_behind(std::string_view secret, std::size_t before) {
  std::string const plain = std::string(before, '\0') + std::string(secret);
  std::string encoded(4 * ((plain.size() + 2) / 3) + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()),
                  reinterpret_cast<unsigned char const*>(plain.data()),
                  static_cast<int>(plain.size()));
  auto const first = (before * 8 + 5) / 6;
  auto const last = plain.size() * 8 / 6;
  return encoded.substr(first, last - first);
}

std::vector<spelling> spellings_of(std::string_view secret) {
  std::vector<spelling> result{{std::string(secret), false}, {hexadecimal(secret), false}};
  for (std::size_t before = 0; before < 3; ++before) {
    auto standard = base64_behind(secret, before);
    auto for_urls = standard;
    std::ranges::replace(for_urls, '+', '-');
    std::ranges::replace(for_urls, '/', '_');
    if (for_urls != standard) result.push_back({std::move(for_urls), true});
    result.push_back({std::move(standard), true});
  }
  return result;
}

struct match {
  std::size_t of_secret = 0;  // characters of the secret that are there
  std::size_t of_text = 0;    // bytes that they take
};

match common_beginning(std::string_view text, spelling const& secret) {
  match found;
  while (found.of_secret < secret.text.size() && found.of_text < text.size()) {
    auto const wanted = secret.text[found.of_secret];
    auto const rest = text.substr(found.of_text);
    bool const same = rest.front() == wanted ||
                      (!secret.is_base64 && in_lower_case(rest.front()) == in_lower_case(wanted));
    auto const length = same ? 1 : length_of_escape(rest, wanted);
    if (length == 0) break;
    found.of_text += length;
    ++found.of_secret;
  }
  return found;
}

bool is_plain_word(std::string_view text) {
  return std::ranges::all_of(text.substr(1), is_lower) && is_word_character(text.front());
}

// How many bytes at the front of the text are the secret or a long beginning of it.
std::size_t length_of_secret(std::string_view text, spelling const& secret) {
  auto const whole = secret.text.size();
  auto const found = common_beginning(text, secret);
  auto length = found.of_text;
  if (found.of_secret == whole) {
    if (!secret.is_base64) return length;
    if (length < text.size() && is_word_character(text[length])) ++length;
    return std::min(text.find_first_not_of('=', length), text.size());
  }
  if (found.of_secret < std::max(shortest_secret, (whole + 1) / 2)) return 0;
  // Another word may begin as the secret does, or be its first one: for "production-db-1" neither
  // "productions" nor "production" is cut.
  bool const goes_on = length < text.size() && is_word_character(text[length]) &&
                       is_word_character(text[length - 1]);
  bool const is_a_word = goes_on || is_plain_word(text.substr(0, length));
  return is_a_word && found.of_secret * 4 < whole * 3 ? 0 : length;
}

}  // namespace

std::string without_known(std::string_view text, std::vector<std::string_view> const& secrets) {
  std::vector<bool> cut(text.size(), false);
  for (auto const secret : secrets) {
    if (secret.size() < shortest_secret) continue;
    for (auto const& form : spellings_of(secret)) {
      for (std::size_t at = 0; at < text.size(); ++at) {
        auto const length = length_of_secret(text.substr(at), form);
        std::fill_n(cut.begin() + static_cast<std::ptrdiff_t>(at), length, true);
      }
    }
  }
  std::string result;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!cut[at]) {
      result += text[at];
    } else if (at == 0 || !cut[at - 1]) {
      result += "***";
    }
  }
  return result;
}

}  // namespace vobiz::api
