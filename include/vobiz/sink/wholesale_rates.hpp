#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

// What minutes cost the partner (vobiz.wholesale_rates; docs/dashboards.md, "Margin").
namespace vobiz::sink {

struct wholesale_rate {
  std::string prefix;     // digits; empty: every number that has no other rate
  std::string direction;  // inbound or outbound
  std::string currency;
  std::string rate_per_minute;          // decimal
  std::string pulse;                    // seconds
  std::string valid_from;               // billing days, YYYY-MM-DD
  std::optional<std::string> valid_to;  // inclusive; nothing: no end is known
};

// Puts the rates in the place of what there was for their days, all or none of them. Returns how
// many are new or different. Throws core::failure.
std::int64_t replace_wholesale_rates(pqxx::connection& connection, std::string const& partner,
                                     std::vector<wholesale_rate> const& rates);

}  // namespace vobiz::sink
