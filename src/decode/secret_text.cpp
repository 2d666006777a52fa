#include "vobiz/decode/secret_text.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "vobiz/decode/secrets.hpp"

namespace vobiz::decode {

namespace {

using namespace std::string_view_literals;

constexpr auto removed = "***"sv;
constexpr auto not_found = std::string_view::npos;

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_numeral(char c) { return c >= '0' && c <= '9'; }
bool in_a_name(char c) { return is_alpha(c) || is_numeral(c) || c == '_' || c == '-' || c == '.'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || c == '\r' || c == '\n'; }

std::string lower_case(std::string_view text) {
  std::string result(text);
  for (auto& c : result) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return result;
}

bool is_any(std::string_view word, std::initializer_list<std::string_view> list) {
  auto const small = lower_case(word);
  return std::ranges::find(list, std::string_view(small)) != list.end();
}

// Length of the quotation mark at a position, however it is escaped; 0: there is none.
std::size_t quote_at(std::string_view text, std::size_t at) {
  auto const rest = text.substr(std::min(at, text.size()));
  auto const slashes = std::min(rest.find_first_not_of('\\'), rest.size());
  auto const mark = rest.substr(slashes);
  if (mark.starts_with('"') || mark.starts_with('\'') || mark.starts_with('`')) return slashes + 1;
  if (slashes > 0 && (mark.starts_with("u0022") || mark.starts_with("u0027"))) return slashes + 5;
  if (slashes > 0) return 0;
  for (auto const spelled :
       {"%22"sv, "%27"sv, "&quot;"sv, "&#34;"sv, "&#39;"sv, "\u201c"sv, "\u201d"sv}) {
    if (mark.starts_with(spelled)) return spelled.size();
  }
  return 0;
}

std::size_t skip(std::string_view text, std::size_t at, bool (*wanted)(char)) {
  while (at < text.size() && wanted(text[at])) ++at;
  return at;
}

// Where the value behind a name begins; nothing when no "=" or ":" follows.
std::optional<std::size_t> value_behind(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    auto const quote = quote_at(text, at);
    if (quote == 0 && text[at] != ']' && text[at] != '[' && text[at] != ')') break;
    at += std::max<std::size_t>(quote, 1);
  }
  at = skip(text, at, is_space);
  auto const rest = text.substr(at);
  auto const is_sign = [](char c) { return c == ':' || c == '='; };
  std::size_t sign = 0;
  for (auto const encoded : {"%3d"sv, "%3a"sv}) {
    if (lower_case(rest.substr(0, 3)) == encoded) sign = encoded.size();
  }
  if (sign == 0 && !rest.empty() && is_sign(rest.front())) sign = 1;
  if (sign == 0) return std::nullopt;
  at += sign;
  if (at < text.size() && (text[at] == '=' || text[at] == '>')) ++at;
  return skip(text, at, is_space);
}

// The position behind brackets that belong together; the text's end if they are not closed.
std::size_t behind_brackets(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '{' || text[at] == '[') ++depth;
    if ((text[at] == '}' || text[at] == ']') && --depth == 0) return at + 1;
  }
  return text.size();
}

std::size_t end_of_word(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t\r\n&,;)]}\"'<>|\\", at), text.size());
}

bool is_scheme(std::string_view word) {
  return is_any(word, {"bearer", "basic", "digest", "token", "apikey", "negotiate", "hmac"});
}

// What a message says about a secret, instead of the secret.
bool is_remark(std::string_view word) {
  while (!word.empty() && !is_alpha(word.back())) word.remove_suffix(1);
  return is_any(
      word, {"expired",   "invalid",  "missing",      "revoked",   "required", "wrong",  "unknown",
             "malformed", "not",      "is",           "has",       "must",     "cannot", "no",
             "null",      "none",     "true",         "false",     "empty",    "was",    "are",
             "and",       "or",       "for",          "incorrect", "bad",      "absent", "denied",
             "rejected",  "disabled", "unauthorized", "mismatch",  "failed",   "needed", "the"});
}

// Whether a word is one that nobody would write: a token, not a word of a sentence.
bool is_opaque(std::string_view word) {
  constexpr std::size_t shortest = 8;
  constexpr std::size_t long_word = 20;
  if (word.size() < shortest) return false;
  if (word.size() >= long_word) return true;
  // Capitals only at the start are a word's.
  return std::ranges::any_of(
      word.substr(1), [](char c) { return is_numeral(c) || c == '_' || (c >= 'A' && c <= 'Z'); });
}

bool is_uuid(std::string_view word) {
  return word.size() == 36 && word[8] == '-' && word[13] == '-' && word[18] == '-' &&
         word[23] == '-';
}

// Long, and of letters and digits.
bool is_long_random(std::string_view word) {
  constexpr std::size_t least = 32;
  return word.size() >= least && !is_uuid(word) && std::ranges::any_of(word, is_numeral) &&
         std::ranges::any_of(word, is_alpha);
}

class secret_remover {
public:
  enum class kind { all, named, members };

  secret_remover(std::string_view text, kind wanted)
      : text_(text), members_only_(wanted == kind::members), long_words_(wanted == kind::all) {}

  std::string clean() {
    while (at_ < text_.size()) {
      if (!members_only_ && (skip_private_key() || skip_credentials())) continue;
      if (in_a_name(text_[at_])) {
        take_name();
      } else {
        if (!is_blank(text_[at_])) before_ = {};
        out_ += text_[at_++];
      }
    }
    return std::move(out_);
  }

private:
  void copy_to(std::size_t end) {
    out_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  void remove_to(std::size_t end) {
    out_ += removed;
    at_ = end;
  }

  bool skip_private_key() {
    auto const rest = text_.substr(at_);
    constexpr std::size_t longest_label = 64;
    if (!rest.starts_with("-----BEGIN") ||
        rest.substr(0, longest_label).find("PRIVATE KEY") == not_found) {
      return false;
    }
    auto const end = rest.find("-----END");
    auto const last = end == not_found ? not_found : rest.find("-----", end + 8);
    remove_to(last == not_found ? text_.size() : at_ + last + 5);
    return true;
  }

  // https://user:password@host
  bool skip_credentials() {
    auto const rest = text_.substr(at_);
    if (!rest.starts_with("://")) return false;
    auto const authority = rest.substr(3, rest.find_first_of(" /?#\"'<>\r\n\t", 3) - 3);
    auto const sign = authority.rfind('@');
    copy_to(at_ + 3);
    if (sign != not_found) remove_to(at_ + sign);
    before_ = {};
    return true;
  }

  // "api key" is one name in prose.
  bool is_secret_here(std::string_view name) const {
    return is_secret(name) || (!before_.empty() && is_any(name, {"key", "keys"}) &&
                               is_secret(std::string(before_) + '_' + std::string(name)));
  }

  void take_name() {
    auto const start = at_;
    auto const end = skip(text_, at_, in_a_name);
    auto const name = text_.substr(start, end - start);
    bool const secret = is_secret_here(name);
    bool const is_removed = (members_only_ && remove_odd_member(start, end)) ||
                            (secret && remove_value(start, end)) ||
                            (!members_only_ && remove_word(name, end, secret));
    if (is_removed) {
      before_ = {};
    } else {
      before_ = name;
      copy_or_remove(name, end);
    }
  }

  // A member whose name has other characters than names have: "auth_token=…": "…".
  bool remove_odd_member(std::size_t start, std::size_t end) {
    if (!is_quoted(start)) return false;
    constexpr std::size_t longest_name = 512;
    auto const last = std::min(text_.size(), start + longest_name);
    auto close = end;
    while (close < last && quote_at(text_, close) == 0) ++close;
    auto const name = text_.substr(start, close - start);
    if (close == end || !value_behind(text_, close) || !is_secret(name)) return false;
    remove_to(close);
    remove_value(start, close);
    return true;
  }

  // The value behind "=" or ":", or inside an element of XML.
  bool remove_value(std::size_t start, std::size_t end) {
    // In prose a name is a word: "PIN: 560001".
    if (members_only_ && !is_quoted(start)) return false;
    if (start > 0 && text_[start - 1] == '<') {
      auto const open = text_.find('>', end);
      if (open == not_found) return false;
      copy_to(open + 1);
      remove_to(std::min(text_.find('<', open), text_.size()));
      return true;
    }
    auto const value = value_behind(text_, end);
    if (!value || *value == text_.size()) return false;
    auto const name = text_.substr(start, end - start);
    if (auto const quote = quote_at(text_, *value); quote > 0) {
      auto const mark = text_.substr(*value, quote);
      copy_to(*value + quote);
      remove_to(closing(mark));
      return true;
    }
    auto last = end_of_word(text_, *value);
    auto const word = text_.substr(*value, last - *value);
    if (text_[*value] == '{' || text_[*value] == '[') {
      last = behind_brackets(text_, *value);
    } else if (is_remark(word) && (!members_only_ || is_any(word, {"null", "true", "false"}))) {
      return false;
    } else if (is_whole_line(name)) {
      last = std::min(text_.find_first_of("\r\n", *value), text_.size());
    } else if (is_scheme(word)) {
      last = end_of_word(text_, skip(text_, last, is_blank));
    }
    if (last == *value) return false;
    copy_to(*value);
    // JSON stays JSON.
    out_ += members_only_ ? "null"sv : removed;
    at_ = last;
    return true;
  }

  // Whether a quotation mark stands before a name.
  bool is_quoted(std::size_t start) const {
    auto const before = text_.substr(0, start);
    return std::ranges::any_of(
        std::initializer_list<std::string_view>{"\"", "'", "u0022", "u0027", "%22", "%27", "&quot;",
                                                "&#34;", "&#39;"},
        [&](std::string_view mark) { return before.ends_with(mark); });
  }

  // A header whose value has blanks, commas and quotation marks.
  static bool is_whole_line(std::string_view name) {
    auto const small = lower_case(name);
    return small.ends_with("authorization") || small.ends_with("cookie");
  }

  // Where the quoted text that has begun ends.
  std::size_t closing(std::string_view mark) const {
    for (auto at = text_.find(mark, at_); at != not_found; at = text_.find(mark, at + 1)) {
      if (at == 0 || text_[at - 1] != '\\') return at;
    }
    return text_.size();
  }

  // "Bearer abc12345", "token abc12345".
  bool remove_word(std::string_view name, std::size_t end, bool secret) {
    if (!secret && !is_scheme(name)) return false;
    auto next = skip(text_, end, is_blank);
    if (next == end) return false;
    next += quote_at(text_, next);
    auto const last = end_of_word(text_, next);
    auto word = text_.substr(next, last - next);
    while (!word.empty() && (word.back() == '.' || word.back() == ':')) word.remove_suffix(1);
    if (!is_opaque(word)) return false;
    copy_to(next);
    remove_to(next + word.size());
    return true;
  }

  void copy_or_remove(std::string_view name, std::size_t end) {
    if (members_only_) return copy_to(end);
    constexpr std::size_t shortest_jwt = 20;
    if (name.starts_with("eyJ") && name.size() >= shortest_jwt) return remove_to(end);
    while (at_ < end) {
      auto const stop = std::min(text_.find('.', at_), end);
      if (long_words_ && is_long_random(text_.substr(at_, stop - at_))) {
        remove_to(stop);
      } else {
        copy_to(stop);
      }
      if (at_ < end) copy_to(at_ + 1);
    }
  }

  std::string_view text_;
  bool members_only_;
  bool long_words_;
  std::string out_;
  std::size_t at_ = 0;
  std::string_view before_;  // the word before, with only a blank between
};

}  // namespace

std::string without_secrets(std::string_view text) {
  return secret_remover(text, secret_remover::kind::all).clean();
}

std::string without_named_secrets(std::string_view text) {
  return secret_remover(text, secret_remover::kind::named).clean();
}

std::string without_secret_members(std::string_view text) {
  return may_hold_members(text) ? secret_remover(text, secret_remover::kind::members).clean()
                                : std::string(text);
}

}  // namespace vobiz::decode
