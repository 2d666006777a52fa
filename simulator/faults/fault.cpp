#include "simulator/faults/fault.hpp"

#include <array>
#include <charconv>
#include <stdexcept>

namespace vobiz::simulator {

namespace {

struct row {
  fault_kind kind;
  std::string_view name;
  long standard;  // the value when none is given
  std::string_view help;
};

// The names of all faults, and what VALUE means.
constexpr std::array<row, 32> table = {{
    {fault_kind::status, "status", 500,
     "STATUS: answers with that; shape=1..4|html|empty, header=NAME:TEXT"},
    {fault_kind::throttle, "throttle", 1,
     "SECONDS: 429; retry=seconds|date|details|none, header=NAME:TEXT"},
    {fault_kind::latency, "latency", 100, "MS: waits before answering"},
    {fault_kind::stall_head, "stall-head", 0, "MS: silence before the headers, 0 for ever"},
    {fault_kind::stall_body, "stall-body", 0, "MS: silence in the middle of the body, 0 for ever"},
    {fault_kind::reset_before, "reset-before", 0, "TCP reset before the first byte"},
    {fault_kind::reset_head, "reset-head", 0, "TCP reset inside the headers"},
    {fault_kind::reset_body, "reset-body", 0, "TCP reset inside the body"},
    {fault_kind::truncate, "truncate", 50,
     "PERCENT of the body, then a close, Content-Length whole"},
    {fault_kind::truncate_chunked, "truncate-chunked", 50,
     "PERCENT of the body in chunks, no last one"},
    {fault_kind::truncate_unframed, "truncate-unframed", 50,
     "PERCENT of the body, no length at all"},
    {fault_kind::drip, "drip", 5, "MS between slices of 64 bytes"},
    {fault_kind::html, "html", 0, "200 with an HTML page"},
    {fault_kind::empty, "empty", 0, "200 without a body"},
    {fault_kind::invalid_json, "invalid-json", 0,
     "the body's last third is missing, lengths agree"},
    {fault_kind::invalid_utf8, "invalid-utf8", 0, "a byte 0xff inside the first long text"},
    {fault_kind::zero_summary, "zero-summary", 0, "rows, but a zeroed summary"},
    {fault_kind::no_summary, "no-summary", 0, "no summary"},
    {fault_kind::no_total, "no-total", 0, "no total"},
    {fault_kind::lying_total, "lying-total", 1, "N is added to the total"},
    {fault_kind::wrong_page, "wrong-page", 1, "N is added to the echoed page"},
    {fault_kind::wrong_encoding, "wrong-encoding", 0, "Content-Encoding gzip over plain JSON"},
    {fault_kind::gzip_bomb, "gzip-bomb", 256, "MIB of spaces, compressed"},
    {fault_kind::redirect, "redirect", 302, "STATUS with a Location; to=URL"},
    {fault_kind::oversize, "oversize", 64, "MIB of spaces behind the body"},
    {fault_kind::empty_list, "empty-list", 0, "an empty list with total 0 and a zeroed summary"},
    {fault_kind::fallback, "fallback", 0, "the default page size, whatever was asked for"},
    {fault_kind::any_day, "any-day", 0, "a list of all days, whatever days were asked for"},
    {fault_kind::other_day, "other-day", -5, "N days are added to those that were asked for"},
    {fault_kind::any_customer, "any-customer", 0, "a customer's list holds those of all"},
    {fault_kind::capped_total, "capped-total", 100, "the total is never larger than N"},
    {fault_kind::repeat, "repeat", 1, "the last N rows are listed and counted twice"},
}};

[[noreturn]] void refuse(std::string_view spec, std::string const& why) {
  throw std::invalid_argument("bad fault \"" + std::string(spec) + "\": " + why);
}

template <class Number>
Number number_from(std::string_view spec, std::string_view text) {
  Number value{};
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    refuse(spec, '"' + std::string(text) + "\" is not a number");
  }
  return value;
}

error_shape shape_of(std::string_view spec, std::string_view text) {
  if (text == "html") return error_shape::html;
  if (text == "empty") return error_shape::empty;
  if (text.size() == 1 && text[0] >= '1' && text[0] <= '4') {
    return static_cast<error_shape>(text[0] - '0');
  }
  refuse(spec, "shape must be 1, 2, 3, 4, html or empty");
}

retry_form retry_of(std::string_view spec, std::string_view text) {
  if (text == "none") return retry_form::none;
  if (text == "seconds") return retry_form::in_seconds;
  if (text == "date") return retry_form::date;
  if (text == "details") return retry_form::details;
  refuse(spec, "retry must be seconds, date, details or none");
}

void read_key(fault& out, std::string_view spec, std::string_view key, std::string_view value) {
  if (key == "path") {
    out.path = value;
  } else if (key == "query") {
    out.query = value;
  } else if (key == "p") {
    out.probability = number_from<double>(spec, value);
    if (!(out.probability >= 0 && out.probability <= 1)) refuse(spec, "p must be between 0 and 1");
  } else if (key == "next") {
    out.next = number_from<long>(spec, value);
    if (out.next < 1) refuse(spec, "next must be at least 1");
  } else if (key == "after") {
    out.after = number_from<long>(spec, value);
    if (out.after < 0) refuse(spec, "after must not be negative");
  } else if (key == "shape") {
    out.shape = shape_of(spec, value);
    out.shape_given = true;
  } else if (key == "retry") {
    out.retry = retry_of(spec, value);
  } else if (key == "header") {
    auto const colon = value.find(':');
    if (colon == std::string_view::npos) refuse(spec, "header must be NAME:TEXT");
    out.header.emplace(value.substr(0, colon), value.substr(colon + 1));
  } else if (key == "to") {
    out.text = value;
  } else {
    refuse(spec, "unknown key \"" + std::string(key) +
                     "\", known are path, query, p, next, after, shape, retry, header, to");
  }
}

}  // namespace

fault parse_fault(std::string_view spec) {
  fault out;
  out.spec = spec;
  auto rest = spec;
  auto const head = rest.substr(0, rest.find(','));
  rest.remove_prefix(std::min(head.size() + 1, rest.size()));
  auto const name = head.substr(0, head.find(':'));
  row const* found = nullptr;
  for (auto const& one : table) {
    if (one.name == name) found = &one;
  }
  if (!found)
    refuse(spec, "unknown kind \"" + std::string(name) + "\", vobiz-sim --help lists them");
  out.kind = found->kind;
  out.value = found->standard;
  if (name.size() < head.size()) out.value = number_from<long>(spec, head.substr(name.size() + 1));
  bool const is_status = out.kind == fault_kind::status || out.kind == fault_kind::redirect;
  if (is_status && (out.value < 201 || out.value > 599))
    refuse(spec, "the status must be 201 to 599");
  bool const may_be_negative = out.kind == fault_kind::lying_total ||
                               out.kind == fault_kind::wrong_page ||
                               out.kind == fault_kind::other_day;
  if (out.value < 0 && !may_be_negative) refuse(spec, "the value must not be negative");
  if (is_status) out.status = static_cast<int>(out.value);
  while (!rest.empty()) {
    auto const pair = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    auto const equals = pair.find('=');
    if (equals == std::string_view::npos)
      refuse(spec, '"' + std::string(pair) + "\" is not key=value");
    read_key(out, spec, pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

std::string fault_help() {
  std::string out;
  for (auto const& one : table) {
    auto const name = std::string(one.name);
    out += "  " + name + std::string(20 - name.size(), ' ') + std::string(one.help) + '\n';
  }
  return out;
}

bool fault::matches(std::string_view request_path, std::string_view request_query) const {
  if (request_query.find(query) == std::string_view::npos) return false;
  std::string_view pattern = path;
  while (!pattern.empty()) {
    if (pattern.front() == '*') {
      if (request_path.empty() || request_path.front() == '/') return false;
      request_path.remove_prefix(std::min(request_path.find('/'), request_path.size()));
    } else {
      if (!request_path.starts_with(pattern.front())) return false;
      request_path.remove_prefix(1);
    }
    pattern.remove_prefix(1);
  }
  return true;
}

void fault::apply_to(twist& list) const {
  switch (kind) {
    case fault_kind::zero_summary:
      list.zero_summary = true;
      break;
    case fault_kind::no_summary:
      list.no_summary = true;
      break;
    case fault_kind::no_total:
      list.no_total = true;
      break;
    case fault_kind::empty_list:
      list.empty_list = true;
      break;
    case fault_kind::fallback:
      list.fall_back = true;
      break;
    case fault_kind::lying_total:
      list.add_to_total = value;
      break;
    case fault_kind::wrong_page:
      list.add_to_page = value;
      break;
    case fault_kind::any_day:
      list.any_day = true;
      break;
    case fault_kind::other_day:
      list.add_to_day = value;
      break;
    case fault_kind::any_customer:
      list.any_customer = true;
      break;
    case fault_kind::capped_total:
      list.largest_total = value;
      break;
    case fault_kind::repeat:
      list.repeats = value;
      break;
    default:
      break;
  }
}

}  // namespace vobiz::simulator
