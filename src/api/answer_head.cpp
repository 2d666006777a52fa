#include "answer_head.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <iterator>

#include "vobiz/core/input_bounds.hpp"

namespace vobiz::api {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::iequals;

namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
  auto const begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool same_name(std::string_view left, std::string_view right) {
  return iequals(boost::beast::string_view(left.data(), left.size()),
                 boost::beast::string_view(right.data(), right.size()));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The fields that somebody reads. Whatever the others contain does no harm.
constexpr std::size_t length_field = 0, transfer_field = 1, connection_field = 2;
constexpr std::array<std::string_view, 8> wanted_fields{
    "Content-Length", "Transfer-Encoding", "Connection",  "Content-Encoding", "Retry-After",
    "Date",           "X-Request-ID",      "Content-Type"};

struct read_fields {
  std::array<std::optional<std::string>, wanted_fields.size()> values;

  // Several lines of a field mean one list (RFC 9110 §5.3).
  void add(std::string_view name, std::string_view value) {
    auto const* const found = std::ranges::find_if(
        wanted_fields, [&](std::string_view one) { return same_name(one, name); });
    if (found == wanted_fields.end()) return;
    auto& kept = values[static_cast<std::size_t>(found - wanted_fields.begin())];
    if (kept) kept->append(", ");
    auto& text = kept ? *kept : kept.emplace();
    std::ranges::transform(value, std::back_inserter(text), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    });
  }
};

// Calls `each` with the trimmed members of a comma-separated list that are not empty.
template <class Each>
void for_each_member(std::string_view list, Each const& each) {
  while (true) {
    auto const comma = list.find(',');
    auto const member = trimmed(list.substr(0, comma));
    if (!member.empty()) each(member);
    if (comma == std::string_view::npos) return;
    list.remove_prefix(comma + 1);
  }
}

bool lists(std::optional<std::string> const& field, std::string_view wanted) {
  bool result = false;
  if (field) {
    for_each_member(*field,
                    [&](std::string_view member) { result = result || same_name(member, wanted); });
  }
  return result;
}

// "HTTP/1.x SP 3DIGIT [SP reason]": the reason and the blank before it may be missing. Nothing else
// begins with a version of HTTP that we can talk.
error_code read_status_line(std::string_view line, char& minor, int& status) {
  constexpr std::string_view version = "HTTP/1.";
  if (!line.starts_with(version) || line.size() <= version.size()) {
    return http::error::bad_version;
  }
  minor = line[version.size()];
  line.remove_prefix(version.size() + 1);
  if ((minor != '0' && minor != '1') || !line.starts_with(' ')) return http::error::bad_version;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  auto const code = line.substr(0, std::min(line.find_first_of(blanks), line.size()));
  if (code.size() != 3 || !std::ranges::all_of(code, is_digit) || code.front() == '0') {
    return http::error::bad_status;
  }
  status = 100 * (code[0] - '0') + 10 * (code[1] - '0') + (code[2] - '0');
  return {};
}

// The line at the front, without its end.
std::string_view take_line(std::string_view& rest) {
  auto const end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

error_code read_lines(std::string_view rest, read_fields& fields) {
  std::string folded;
  std::size_t count = 0;
  for (auto line = take_line(rest); !line.empty(); line = take_line(rest)) {
    if (blanks.find(line.front()) != std::string_view::npos) return http::error::bad_field;
    if (++count > core::bounds::head_fields) return http::error::header_limit;
    // A line that begins with a blank continues the one before (RFC 9112 §5.2).
    folded.assign(line);
    while (!rest.empty() && blanks.find(rest.front()) != std::string_view::npos) {
      folded.append(" ").append(trimmed(take_line(rest)));
    }
    std::string_view const whole = folded;
    auto const colon = whole.find(':');
    if (colon == std::string_view::npos) return http::error::bad_field;
    fields.add(trimmed(whole.substr(0, colon)), trimmed(whole.substr(colon + 1)));
  }
  return {};
}

// Leaves of Transfer-Encoding only "chunked", and returns whether it is there.
bool settle_transfer(std::optional<std::string>& field, bool& other_coding) {
  bool chunked = false;
  if (!field) return chunked;
  for_each_member(*field, [&](std::string_view member) {
    bool const is_chunked = same_name(member, "chunked");
    chunked = chunked || is_chunked;
    other_coding = other_coding || (!is_chunked && !same_name(member, "identity"));
  });
  field.reset();
  if (chunked) field.emplace("chunked");
  return chunked;
}

}  // namespace

std::optional<std::size_t> head_length(std::string_view bytes, std::size_t known) {
  // The blank line may have begun among the known bytes.
  std::size_t at = known > 3 ? known - 3 : 0;
  for (at = bytes.find('\n', at); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    auto const next = bytes.substr(at + 1);
    if (next.starts_with('\n')) return at + 2;
    if (next.starts_with("\r\n")) return at + 3;
  }
  return std::nullopt;
}

bool may_be_answer(std::string_view bytes) {
  constexpr std::string_view version = "HTTP/1.";
  auto const size = std::min(bytes.size(), version.size());
  return bytes.substr(0, size) == version.substr(0, size);
}

boost::system::result<answer_head, error_code> read_head(std::string_view bytes) {
  answer_head result;
  char minor = '1';
  if (auto const error = read_status_line(take_line(bytes), minor, result.status)) return error;
  read_fields fields;
  if (auto const error = read_lines(bytes, fields)) return error;
  bool const chunked = settle_transfer(fields.values[transfer_field], result.coded_transfer);
  // A Content-Length beside it, or HTTP/1.0, which has no chunks: somebody on the way sees another
  // length.
  result.ambiguous_length = chunked && (fields.values[length_field] || minor == '0');
  if (chunked) fields.values[length_field].reset();
  auto const& asked = fields.values[connection_field];
  bool const closes = result.ambiguous_length || lists(asked, "close") ||
                      (minor == '0' && !lists(asked, "keep-alive"));
  fields.values[connection_field] = closes ? "close" : "keep-alive";

  result.strict = "HTTP/1.";
  result.strict.append({minor, ' '}).append(std::to_string(result.status)).append(" \r\n");
  for (std::size_t at = 0; at < wanted_fields.size(); ++at) {
    if (!fields.values[at]) continue;
    result.strict.append(wanted_fields[at]).append(": ").append(*fields.values[at]).append("\r\n");
  }
  result.strict.append("\r\n");
  return result;
}

}  // namespace vobiz::api
