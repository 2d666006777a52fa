#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "simulator/api/errors.hpp"
#include "simulator/api/settings.hpp"

namespace vobiz::simulator {

enum class fault_kind {
  status,
  throttle,
  latency,
  stall_head,
  stall_body,
  reset_before,
  reset_head,
  reset_body,
  truncate,
  truncate_chunked,
  truncate_unframed,
  drip,
  html,
  empty,
  invalid_json,
  invalid_utf8,
  zero_summary,
  no_summary,
  no_total,
  lying_total,
  wrong_page,
  wrong_encoding,
  gzip_bomb,
  redirect,
  oversize,
  empty_list,
  fallback,
  any_day,
  other_day,
  any_customer,
  capped_total,
  repeat,
};

// How a 429 says when to come again.
enum class retry_form { none, in_seconds, date, details };

// Something that goes wrong, and when it does.
struct fault {
  fault_kind kind = fault_kind::status;
  long value = 0;    // what it means depends on the kind; fault.cpp holds the table
  std::string text;  // a redirect's target
  int status = 500;  // of status
  bool shape_given = false;
  error_shape shape = error_shape::full;
  retry_form retry = retry_form::in_seconds;
  std::optional<std::pair<std::string, std::string>> header;  // of status and throttle
  std::string path;   // prefix below the base path; "*" stands for one segment
  std::string query;  // must occur in the query
  double probability = 1;
  long next = -1;    // times left; -1 is always
  long after = 0;    // matching requests that still pass before it starts
  std::string spec;  // as it was written

  bool matches(std::string_view request_path, std::string_view request_query) const;
  // Whether it changes lists rather than the wire.
  void apply_to(twist& list) const;
};

// Reads "KIND[:VALUE][,key=value]…". Throws std::invalid_argument with one line that says what is
// wrong.
fault parse_fault(std::string_view spec);

// A line for each kind, for --help.
std::string fault_help();

}  // namespace vobiz::simulator
