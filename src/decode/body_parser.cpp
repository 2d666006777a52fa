#include "body_parser.hpp"

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <functional>
#include <limits>

namespace vobiz::decode {

namespace {

using boost::system::error_code;
constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

// Receives Boost.JSON's events. A string without escapes arrives in one piece that lies in the
// body; one with escapes arrives in pieces that are the parser's own, and is collected in
// `unescaped`.
class handler {
public:
  static constexpr std::size_t max_object_size = nowhere;
  static constexpr std::size_t max_array_size = nowhere;
  static constexpr std::size_t max_key_size = nowhere;
  static constexpr std::size_t max_string_size = nowhere;

  handler(std::string_view body, layout const& names, row_reader& rows, tape& out,
          std::string& unescaped)
      : body_(body), names_(names.stream().rows), rows_(rows), tape_(out), unescaped_(unescaped) {}

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code&) {
    open(kind::object);
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    close();
    return true;
  }
  bool on_array_begin(error_code&) {
    auto const rank = rank_as_rows();
    open(kind::array);
    if (rank > best_) return true;
    best_ = rank;
    row_array_ = open_.back();
    unescaped_before_ = unescaped_.size();
    rows_.restart();
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    if (open_.back() == row_array_) row_array_ = nowhere;
    close();
    return true;
  }

  bool on_key_part(std::string_view part, std::size_t, error_code&) { return collect(part); }
  bool on_key(std::string_view last, std::size_t, error_code&) {
    name_ = finish(last);
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return collect(part); }
  bool on_string(std::string_view last, std::size_t, error_code&) {
    auto const text = finish(last);
    return add(text, kind::string, lost_nul_);
  }

  // The body is fed in one piece, so a number never comes in parts.
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view text, error_code&) {
    return add(text, kind::number);
  }
  bool on_uint64(std::uint64_t, std::string_view text, error_code&) {
    return add(text, kind::number);
  }
  bool on_double(double, std::string_view text, error_code&) { return add(text, kind::number); }
  bool on_bool(bool value, error_code&) { return add(value ? "true" : "false", kind::boolean); }
  bool on_null(error_code&) { return add({}, kind::null); }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

private:
  void open(kind what) {
    open_.push_back(tape_.size());
    tape_.push_back({name_, {}, what});
    name_ = {};
  }

  void close() {
    tape_[open_.back()].end = static_cast<std::uint32_t>(tape_.size());
    open_.pop_back();
    value_complete();
  }

  bool add(std::string_view text, kind what, bool lost_nul = false) {
    tape_.push_back({name_, text, what, lost_nul});
    name_ = {};
    value_complete();
    return true;
  }

  void value_complete() {
    if (open_.empty() || open_.back() != row_array_) return;
    rows_.read(tape_, row_array_ + 1);
    tape_.resize(row_array_ + 1);
    unescaped_.resize(unescaped_before_);
  }

  // How good a name the array that begins has for the array of rows, 0 the best. Rows stand in the
  // document itself or in an object "data" that wraps everything.
  std::size_t rank_as_rows() const {
    if (open_.empty() || tape_[open_.back()].kind != kind::object) return nowhere;
    if (open_.size() > 2 || (open_.size() == 2 && tape_[open_.back()].name != "data")) {
      return nowhere;
    }
    auto const found = std::ranges::find(names_, name_);
    if (found == names_.end()) return nowhere;
    return static_cast<std::size_t>(found - names_.begin());
  }

  bool collect(std::string_view part) {
    // Decoding never lengthens, so this one reservation keeps every view into the buffer valid.
    if (unescaped_.capacity() < body_.size()) unescaped_.reserve(body_.size());
    if (!collecting_) start_ = unescaped_.size();
    collecting_ = true;
    unescaped_ += part;
    return true;
  }

  std::string_view finish(std::string_view last) {
    lost_nul_ = false;
    std::less_equal<char const*> const not_behind;
    if (!collecting_ && not_behind(body_.data(), last.data()) &&
        not_behind(last.data() + last.size(), body_.data() + body_.size())) {
      return last;
    }
    collect(last);
    collecting_ = false;
    // PostgreSQL's text has no U+0000 (docs/architecture.md, "Rejects"); JSON can only write it as
    // an escape.
    auto const kept = std::remove(unescaped_.begin() + static_cast<std::ptrdiff_t>(start_),
                                  unescaped_.end(), '\0');
    lost_nul_ = kept != unescaped_.end();
    unescaped_.erase(kept, unescaped_.end());
    return std::string_view(unescaped_).substr(start_);
  }

  std::string_view body_;
  std::span<std::string_view const> names_;
  row_reader& rows_;
  tape& tape_;
  std::string& unescaped_;
  std::string_view name_;  // of the member whose value comes next
  bool collecting_ = false;
  bool lost_nul_ = false;  // of the string that was finished last
  std::size_t start_ = 0;  // of the string being collected
  std::vector<std::size_t> open_;
  std::size_t best_ = nowhere - 1;
  std::size_t row_array_ = nowhere;
  std::size_t unescaped_before_ = 0;
};

}  // namespace

parsed parse(std::string_view body, layout const& names, row_reader& rows, tape& out,
             std::string& unescaped) {
  out.clear();
  unescaped.clear();
  boost::json::parse_options options;
  options.max_depth = deepest_document;
  boost::json::basic_parser<handler> parser(options, body, names, rows, out, unescaped);
  parsed result;
  result.position = parser.write_some(false, body.data(), body.size(), result.error);
  if (!result.error && result.position < body.size()) result.error = boost::json::error::extra_data;
  return result;
}

}  // namespace vobiz::decode
