#include "body_parser.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <functional>
#include <limits>

#include "vobiz/core/input_bounds.hpp"

namespace vobiz::decode {

namespace {

using boost::system::error_code;
namespace bounds = core::bounds;
constexpr auto nowhere = std::numeric_limits<std::size_t>::max();
// Of an object or array that is not on the tape, since its row has too many values.
constexpr auto left_out = nowhere - 1;

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

  bool on_object_begin(error_code& error) { return open(kind::object, error); }
  bool on_object_end(std::size_t, error_code& error) { return close(error); }
  bool on_array_begin(error_code& error) {
    auto const rank = rank_as_rows();
    if (!open(kind::array, error)) return false;
    if (rank > best_) return true;
    best_ = rank;
    row_array_ = open_.back();
    row_count_ = 0;
    unescaped_before_ = unescaped_.size();
    rows_.restart();
    return true;
  }
  bool on_array_end(std::size_t, error_code& error) {
    if (open_.back() == row_array_) row_array_ = nowhere;
    return close(error);
  }

  bool on_key_part(std::string_view part, std::size_t, error_code&) { return collect(part); }
  bool on_key(std::string_view last, std::size_t, error_code&) {
    name_ = finish(last);
    return true;
  }
  bool on_string_part(std::string_view part, std::size_t, error_code&) { return collect(part); }
  bool on_string(std::string_view last, std::size_t, error_code& error) {
    auto const text = finish(last);
    return add(text, kind::string, error, lost_nul_);
  }

  // The body is fed in one piece, so a number never comes in parts.
  bool on_number_part(std::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, std::string_view text, error_code& error) {
    return add(text, kind::number, error);
  }
  bool on_uint64(std::uint64_t, std::string_view text, error_code& error) {
    return add(text, kind::number, error);
  }
  bool on_double(double, std::string_view text, error_code& error) {
    return add(text, kind::number, error);
  }
  bool on_bool(bool value, error_code& error) {
    return add(value ? "true" : "false", kind::boolean, error);
  }
  bool on_null(error_code& error) { return add({}, kind::null, error); }
  bool on_comment_part(std::string_view, error_code&) { return true; }
  bool on_comment(std::string_view, error_code&) { return true; }

  std::string const& beyond() const { return beyond_; }

private:
  bool open(kind what, error_code& error) {
    auto const at = tape_.size();
    if (!put({name_, {}, what}, error)) return false;
    open_.push_back(tape_.size() > at ? at : left_out);
    return true;
  }

  bool close(error_code& error) {
    if (open_.back() != left_out) {
      tape_[open_.back()].end = static_cast<std::uint32_t>(tape_.size());
    }
    open_.pop_back();
    return value_complete(error);
  }

  bool add(std::string_view text, kind what, error_code& error, bool lost_nul = false) {
    return put({name_, text, what, lost_nul}, error) && value_complete(error);
  }

  // Puts the value on the tape, unless its row has too many.
  bool put(token const& value, error_code& error) {
    name_ = {};
    if (row_array_ != nowhere) {
      overfull_ = overfull_ || tape_.size() - row_array_ > bounds::row_values;
      if (!overfull_) tape_.push_back(value);
      return true;
    }
    if (tape_.size() == bounds::document_values) {
      return refuse(fmt::format("more than {} values", bounds::document_values), error);
    }
    tape_.push_back(value);
    return true;
  }

  bool value_complete(error_code& error) {
    if (open_.empty() || open_.back() != row_array_) return true;
    if (++row_count_ > bounds::page_rows) {
      return refuse(fmt::format("more than {} rows", bounds::page_rows), error);
    }
    if (overfull_) {
      rows_.refuse(tape_, row_array_ + 1,
                   fmt::format("has more than {} values", bounds::row_values));
    } else {
      rows_.read(tape_, row_array_ + 1);
    }
    overfull_ = false;
    tape_.resize(row_array_ + 1);
    unescaped_.resize(unescaped_before_);
    return true;
  }

  bool refuse(std::string beyond, error_code& error) {
    beyond_ = std::move(beyond);
    error = boost::system::errc::make_error_code(boost::system::errc::value_too_large);
    return false;
  }

  // How good a name the array that begins has for the array of rows, 0 the best. Rows stand in the
  // document itself or in an object "data" that wraps everything.
  std::size_t rank_as_rows() const {
    if (open_.empty() || open_.back() == left_out) return nowhere;
    if (tape_[open_.back()].kind != kind::object) return nowhere;
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
  std::size_t row_count_ = 0;
  bool overfull_ = false;  // the row at hand has more values than the tape
  std::string beyond_;
  std::size_t unescaped_before_ = 0;
};

}  // namespace

parsed parse(std::string_view body, layout const& names, row_reader& rows, tape& out,
             std::string& unescaped) {
  out.clear();
  unescaped.clear();
  boost::json::parse_options options;
  options.max_depth = bounds::document_depth;
  boost::json::basic_parser<handler> parser(options, body, names, rows, out, unescaped);
  parsed result;
  result.position = parser.write_some(false, body.data(), body.size(), result.error);
  result.beyond = parser.handler().beyond();
  if (!result.error && result.position < body.size()) result.error = boost::json::error::extra_data;
  return result;
}

}  // namespace vobiz::decode
