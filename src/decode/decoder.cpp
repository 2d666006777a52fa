#include "vobiz/decode/decoder.hpp"

#include <spdlog/fmt/fmt.h>

#include <boost/throw_exception.hpp>
#include <stdexcept>

#include "body_parser.hpp"
#include "envelope.hpp"
#include "layout.hpp"
#include "readable_json.hpp"
#include "row_reader.hpp"
#include "vobiz/core/input_bounds.hpp"

namespace vobiz::decode {

namespace {

// A document is its own row, unless it tells of an error or of nothing the stream knows: then the
// answer is unusable as a whole, as a list without its array is.
void read_document(tape const& all, layout const& names, row_reader& rows,
                   decode::envelope& envelope) {
  if (all[0].kind != kind::object) return;
  auto const error = find(all, 0, "error");
  if (error && has_value(all[*error]) && !names.row().find("error")) return;
  read_period(all, envelope);
  for (auto member = std::size_t(1); member < all[0].end; member = behind(all, member)) {
    if (names.row().find(all[member].name)) envelope.has_rows_member = true;
  }
  if (envelope.has_rows_member) rows.read(all, 0);
}

// What a proxy or a login page in the way sends is told apart from broken JSON: another place is to
// be looked at.
std::string why_not_json(std::string_view body, parsed const& outcome) {
  auto const start = body.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return "an empty body";
  if (body[start] == '<') return "a page of HTML or XML, not JSON";
  auto const at = outcome.position;
  if (at < body.size() && static_cast<unsigned char>(body[at]) >= 0x80) {
    return fmt::format("not JSON at byte {}: not UTF-8", at);
  }
  auto const& error = outcome.error;
  return fmt::format("not JSON at byte {}: {} [{}:{}]", at, error.message(),
                     error.category().name(), error.value());
}

}  // namespace

decoder::decoder(streams::stream const& what) : layout_(std::make_unique<layout>(what)) {}
decoder::~decoder() = default;
decoder::decoder(decoder&&) noexcept = default;
decoder& decoder::operator=(decoder&&) noexcept = default;

boost::system::result<page, parse_error> decoder::decode(std::string_view body) const {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (body.starts_with(byte_order_mark)) body.remove_prefix(byte_order_mark.size());
  auto const& stream = layout_->stream();
  page result{row_batch(stream.columns.size() + 1), {}, {}, {}, {}};
  row_reader rows(*layout_, result);
  tape all;
  std::string unescaped;
  std::string better;
  auto outcome = parse(body, *layout_, rows, all, unescaped);
  // Boost.JSON has half a dozen codes for what can be repaired, and uses them for other faults as
  // well.
  if (outcome.error && outcome.beyond.empty()) {
    better = readable_json(body, core::bounds::document_depth - 1);
  }
  if (!better.empty() && better != body) {
    rows.restart();
    outcome = parse(better, *layout_, rows, all, unescaped);
  }
  if (!outcome.beyond.empty()) return parse_error{"an answer of " + outcome.beyond};
  if (outcome.error) return parse_error{why_not_json(body, outcome)};
  if (stream.rows.empty()) {
    read_document(all, *layout_, rows, result.envelope);
  } else {
    auto problem = read_envelope(all, stream, result.envelope);
    if (!problem.empty()) return parse_error{std::move(problem)};
  }
  return result;
}

void throw_exception_from_error(parse_error const& error, boost::source_location const& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

}  // namespace vobiz::decode
