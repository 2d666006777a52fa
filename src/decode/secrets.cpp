#include "vobiz/decode/secrets.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "vobiz/decode/secret_text.hpp"

namespace vobiz::decode {

namespace {

using namespace std::string_view_literals;
using word_list = std::vector<std::string>;

// A name with one of these words is a secret, unless a word of `remark_words` ends it or one of
// `question_words` begins it.
constexpr std::string_view strong_words[] = {
    "token",      "secret", "password", "passwd", "pwd",  "passphrase", "passcode",
    "credential", "cred",   "jwt",      "totp",   "hotp", "apikey"};

// A name that ends in one of these is a secret: "pin" is, "pin_code" is a postal code.
constexpr std::string_view last_words[] = {
    "pin",      "mpin",          "tpin",    "otp",    "cvv",    "cvc",          "pass", "pw",
    "psk",      "auth",          "sig",     "bearer", "cookie", "signature",    "hmac", "dsn",
    "mnemonic", "authorization", "passkey", "csrf",   "xsrf",   "authorisation"};

// What makes a key one that opens something: "api_key", not "key_figures" or "public_key".
constexpr std::string_view key_words[] = {
    "api",          "secret",      "private",   "access",   "auth",    "authentication",
    "encryption",   "signing",     "sign",      "master",   "client",  "decryption",
    "ssh",          "webhook",     "service",   "server",   "session", "shared",
    "license",      "licence",     "consumer",  "app",      "hmac",    "aes",
    "rsa",          "root",        "admin",     "security", "tls",     "ssl",
    "subscription", "application", "symmetric", "vault"};

// The same for a code.
constexpr std::string_view code_words[] = {
    "verification", "security", "recovery", "backup",     "auth",  "mfa",
    "fa",           "otp",      "login",    "activation", "reset", "authorization"};

// What a value is written as, or which of several it is, says nothing about what it is.
constexpr std::string_view form_words[] = {
    "value",   "raw",      "plain",  "plaintext", "text", "string",  "base",
    "encoded", "hash",     "hashed", "header",    "code", "number",  "encrypted",
    "current", "previous", "old",    "new",       "pem",  "primary", "secondary",
    "live",    "test",     "prod",   "production"};

// The name tells something about a secret.
constexpr std::string_view remark_words[] = {
    "type",        "kind",      "at",        "on",         "date",     "time",      "timestamp",
    "expiry",      "expires",   "expire",    "expiration", "expired",  "ttl",       "lifetime",
    "age",         "in",        "count",     "counter",    "length",   "size",      "limit",
    "used",        "usage",     "remaining", "cost",       "price",    "status",    "state",
    "enabled",     "disabled",  "required",  "optional",   "allowed",  "supported", "valid",
    "invalid",     "verified",  "present",   "set",        "changed",  "updated",   "created",
    "rotated",     "revoked",   "issued",    "version",    "policy",   "name",      "label",
    "description", "algorithm", "alg",       "format",     "strength", "attempt",   "retry",
    "failure",     "by",        "budget"};

// The name asks a question about a secret, or counts secrets.
constexpr std::string_view question_words[] = {
    "has",  "is",     "are",    "was",      "requires", "require", "needs", "need",
    "uses", "use",    "with",   "without",  "no",       "can",     "may",   "should",
    "must", "allow",  "allows", "enable",   "enables",  "max",     "min",   "total",
    "num",  "number", "count",  "supports", "support",  "show",    "hide",  "force"};

// Words that are also found at the end of a name that is written without joints.
constexpr std::string_view run_together[] = {"token",   "secret",     "password",   "passwd",
                                             "apikey",  "secretkey",  "privatekey", "accesskey",
                                             "authkey", "signingkey", "passphrase", "credential"};

constexpr std::string_view postal_word[] = {"code"};
constexpr std::string_view connection_string[] = {"connection", "string"};
constexpr std::string_view recovery_phrase[] = {"recovery", "phrase"};
constexpr std::string_view seed_phrase[] = {"seed", "phrase"};

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_figure(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

// "APIKeys" -> api, keys; "oauth2-token" -> oauth, token. Digits only separate.
word_list words_of(std::string_view name) {
  word_list result;
  bool inside = false;
  for (std::size_t at = 0; at < name.size(); ++at) {
    auto const c = name[at];
    if (!is_upper(c) && !is_lower(c)) {
      inside = false;
      continue;
    }
    auto const before = at > 0 ? name[at - 1] : '_';
    auto const after = at + 1 < name.size() ? name[at + 1] : '_';
    bool const begins = is_upper(c) && (is_lower(before) || (is_upper(before) && is_lower(after)));
    if (!inside || begins) result.emplace_back();
    inside = true;
    result.back() += lower(c);
  }
  return result;
}

bool is_one_of(std::string_view word, std::span<std::string_view const> list) {
  if (std::ranges::find(list, word) != list.end()) return true;
  if (word.size() < 4 || word.back() != 's') return false;
  word.remove_suffix(1);
  return std::ranges::find(list, word) != list.end();
}

bool has_pair(word_list const& words, std::span<std::string_view const> first,
              std::string_view second) {
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    if (!is_one_of(words[at], first)) continue;
    if (is_one_of(words[at + 1], std::span(&second, 1))) return true;
  }
  return false;
}

bool ends_in(std::string_view name, std::string_view word) {
  if (name.ends_with(word)) return true;
  return name.ends_with('s') && name.substr(0, name.size() - 1).ends_with(word);
}

// "secretkey" and "clientsecret" as one word, "to-ken" as several.
bool is_run_together(word_list const& words) {
  std::string whole;
  for (auto const& word : words) whole += word;
  return std::ranges::any_of(run_together,
                             [&](std::string_view word) { return ends_in(whole, word); });
}

bool names_a_secret(std::string_view name) {
  auto words = words_of(name);
  if (words.empty()) return false;
  auto const whole = words;
  while (words.size() > 1 && is_one_of(words.back(), form_words)) words.pop_back();
  bool const of_several = words.size() > 1;
  if (of_several && is_one_of(words.front(), question_words)) return false;
  if (of_several && is_one_of(words.back(), remark_words)) return false;
  for (auto const& word : words) {
    if (is_one_of(word, strong_words)) return true;
  }
  if (has_pair(whole, key_words, "key") || has_pair(whole, code_words, "code")) return true;
  if (has_pair(whole, std::span(connection_string).first(1), connection_string[1])) return true;
  if (has_pair(whole, std::span(recovery_phrase).first(1), recovery_phrase[1])) return true;
  if (has_pair(whole, std::span(seed_phrase).first(1), seed_phrase[1])) return true;
  if (is_run_together(words)) return true;
  // India writes its postal codes as "pin_code" and "pin code number".
  bool const postal = words.back() == "pin" && words.size() < whole.size() &&
                      is_one_of(whole[words.size()], postal_word);
  return !postal && is_one_of(words.back(), last_words);
}

// Nearly every name is ordinary, and each row has some: three letters in a row that occur in no
// name of a secret tell it cheaply.
class three_letters {
public:
  constexpr three_letters() {
    for (auto const part :
         {"tok"sv, "sec"sv, "pas"sv, "pwd"sv, "cre"sv, "jwt"sv, "otp"sv, "key"sv,
          "pin"sv, "cvv"sv, "cvc"sv, "psk"sv, "aut"sv, "bea"sv, "coo"sv, "sig"sv,
          "hma"sv, "mne"sv, "dsn"sv, "cod"sv, "nst"sv, "phr"sv, "csr"sv, "xsr"sv}) {
      known_[place(part[0], part[1], part[2])] = true;
    }
  }
  bool in(std::string_view name) const {
    char first = '_';
    char second = '_';
    for (char const raw : name) {
      char const c = lower(raw);
      if (!is_lower(c)) continue;
      if (known_[place(first, second, c)]) return true;
      first = second;
      second = c;
    }
    return first == 'p' && second == 'w';
  }

private:
  static constexpr std::size_t place(char a, char b, char c) {
    return (static_cast<std::size_t>(a & 31) << 10) | (static_cast<std::size_t>(b & 31) << 5) |
           static_cast<std::size_t>(c & 31);
  }
  std::array<bool, 1 << 15> known_{};
};

constexpr three_letters of_secrets;

bool is_plain_name(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return is_upper(c) || is_lower(c) || is_figure(c) || c == '_' || c == '-' || c == '.' ||
           static_cast<unsigned char>(c) >= 0x80;
  });
}

}  // namespace

bool is_secret(std::string_view member, std::span<std::string_view const> declared) {
  if (std::ranges::find(declared, member) != declared.end()) return true;
  if (of_secrets.in(member) && names_a_secret(member)) return true;
  // "auth_token=…" as a name, or a token in the place of a name.
  return !is_plain_name(member) && without_secrets(member) != member;
}

}  // namespace vobiz::decode
