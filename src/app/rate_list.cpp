#include "rate_list.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

#include "vobiz/core/day.hpp"
#include "vobiz/core/decimal.hpp"

namespace vobiz::app {

namespace {

using sink::wholesale_rate;

struct record {
  std::size_t line = 0;  // on which it begins
  std::vector<std::string> cells;
};

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t") - first + 1));
}

// A cell in quotes from the quote at `at` on; moves `at` behind the closing one, or to the end of
// the text where there is none.
std::string quoted_cell(std::string_view csv, std::size_t& at, std::size_t& line) {
  std::string cell;
  for (++at; at < csv.size(); ++at) {
    if (csv[at] == '\n') ++line;
    if (csv[at] == '"') {
      if (at + 1 == csv.size() || csv[at + 1] != '"') {
        ++at;
        break;
      }
      ++at;
    }
    cell += csv[at];
  }
  return cell;
}

// Empty lines are left out.
std::vector<record> records_of(std::string_view csv) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  if (csv.starts_with(byte_order_mark)) csv.remove_prefix(byte_order_mark.size());
  std::vector<record> result;
  std::size_t line = 1;
  for (std::size_t at = 0; at < csv.size();) {
    record next{line, {}};
    for (bool more = true; more;) {
      std::string cell;
      if (at < csv.size() && csv[at] == '"') cell = quoted_cell(csv, at, line);
      auto const end = std::min(csv.find_first_of(",\n", at), csv.size());
      cell += csv.substr(at, end - at);
      if (cell.ends_with('\r')) cell.pop_back();
      next.cells.push_back(trimmed(cell));
      more = end < csv.size() && csv[end] == ',';
      at = end + 1;
    }
    ++line;
    if (next.cells.size() > 1 || !next.cells.front().empty()) result.push_back(std::move(next));
  }
  return result;
}

constexpr std::string_view known_columns[] = {"prefix", "direction",  "currency", "rate_per_minute",
                                              "pulse",  "valid_from", "valid_to"};
constexpr std::string_view column_that_may_lack = "valid_to";

// The position of each column; what is wrong with the line goes to `problems`.
std::map<std::string_view, std::size_t> read_header(record const& first,
                                                    std::vector<std::string>& problems) {
  std::map<std::string_view, std::size_t> positions;
  auto const refuse = [&](std::string const& why) {
    problems.push_back(fmt::format("line {}: {}", first.line, why));
  };
  for (std::size_t i = 0; i < first.cells.size(); ++i) {
    auto const* const found = std::ranges::find(known_columns, first.cells[i]);
    if (found == std::ranges::end(known_columns)) {
      refuse(fmt::format("unknown column \"{}\": the columns are {}", first.cells[i],
                         fmt::join(known_columns, ", ")));
    } else if (!positions.emplace(*found, i).second) {
      refuse(fmt::format("column \"{}\" is there twice", *found));
    }
  }
  for (auto const name : known_columns) {
    if (name != column_that_may_lack && !positions.contains(name))
      refuse(fmt::format("column \"{}\" is missing", name));
  }
  return positions;
}

// Why a rate cannot be meant; nothing: it can. Brings the prefix and the rate to their plain
// spelling.
std::optional<std::string> problem_of(wholesale_rate& rate) {
  auto const says = [](std::string_view name, std::string_view value, std::string_view why) {
    return fmt::format("{}: \"{}\" {}", name, value, why);
  };
  auto digits = std::string_view(rate.prefix);
  if (digits.starts_with('+')) digits.remove_prefix(1);
  if (digits.starts_with("00")) digits.remove_prefix(2);
  if (!all_digits(digits) || digits.size() > 15)
    return says("prefix", rate.prefix, "is not 0 to 15 digits");
  rate.prefix = std::string(digits);
  if (rate.direction != "inbound" && rate.direction != "outbound")
    return says("direction", rate.direction, "is neither inbound nor outbound");
  bool const is_code = rate.currency.size() == 3 && std::ranges::all_of(rate.currency, [](char c) {
                         return c >= 'A' && c <= 'Z';
                       });
  if (!is_code) return says("currency", rate.currency, "is not an ISO 4217 code");
  if (!core::is_decimal(rate.rate_per_minute))
    return says("rate_per_minute", rate.rate_per_minute, "is not a decimal number");
  auto const amount = core::canonical(rate.rate_per_minute);
  if (amount.starts_with('-') || amount.substr(0, amount.find('.')).size() > 6)
    return says("rate_per_minute", rate.rate_per_minute, "is not between 0 and 1000000");
  rate.rate_per_minute = amount;
  bool const is_short = !rate.pulse.empty() && rate.pulse.size() <= 4 && all_digits(rate.pulse);
  auto const seconds = is_short ? std::stoi(rate.pulse) : 0;
  if (seconds < 1 || seconds > 3600)
    return says("pulse", rate.pulse, "is not 1 to 3600 whole seconds");
  if (!core::day_from_text(rate.valid_from))
    return says("valid_from", rate.valid_from, "is not a day: write it as YYYY-MM-DD");
  if (!rate.valid_to) return std::nullopt;
  if (!core::day_from_text(*rate.valid_to))
    return says("valid_to", *rate.valid_to, "is not a day: write it as YYYY-MM-DD");
  if (*rate.valid_to < rate.valid_from)
    return says("valid_to", *rate.valid_to, "is before valid_from");
  return std::nullopt;
}

// `lines` has the line of each rate.
void find_overlaps(rate_list& list, std::vector<std::size_t> const& lines) {
  auto const key = [&](std::size_t i) {
    auto const& r = list.rates[i];
    return std::tie(r.direction, r.currency, r.prefix);
  };
  std::vector<std::size_t> order(list.rates.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    return std::tuple(key(a), list.rates[a].valid_from, lines[a]) <
           std::tuple(key(b), list.rates[b].valid_from, lines[b]);
  });
  for (std::size_t i = 1; i < order.size(); ++i) {
    auto const before = order[i - 1];
    auto const after = order[i];
    auto const& end = list.rates[before].valid_to;
    if (key(before) != key(after) || (end && *end < list.rates[after].valid_from)) continue;
    auto const& rate = list.rates[after];
    list.problems.push_back(
        fmt::format("line {}: the days of prefix \"{}\", {}, {} overlap those "
                    "of line {}",
                    lines[after], rate.prefix, rate.direction, rate.currency, lines[before]));
  }
}

}  // namespace

rate_list read_rate_list(std::string_view csv) {
  rate_list list;
  auto const records = records_of(csv);
  if (records.empty()) {
    list.problems.emplace_back("line 1: the file is empty");
    return list;
  }
  auto const at = read_header(records.front(), list.problems);
  if (!list.problems.empty()) return list;
  std::vector<std::size_t> lines;
  for (std::size_t i = 1; i < records.size(); ++i) {
    auto const& from = records[i];
    if (from.cells.size() != records.front().cells.size()) {
      list.problems.push_back(fmt::format("line {}: has {} columns, not {}", from.line,
                                          from.cells.size(), records.front().cells.size()));
      continue;
    }
    auto const cell = [&](std::string_view name) { return from.cells[at.at(name)]; };
    wholesale_rate rate{
        cell("prefix"), cell("direction"),  cell("currency"), cell("rate_per_minute"),
        cell("pulse"),  cell("valid_from"), std::nullopt};
    if (at.contains(column_that_may_lack) && !cell(column_that_may_lack).empty())
      rate.valid_to = cell(column_that_may_lack);
    if (auto const problem = problem_of(rate)) {
      list.problems.push_back(fmt::format("line {}: {}", from.line, *problem));
      continue;
    }
    list.rates.push_back(std::move(rate));
    lines.push_back(from.line);
  }
  find_overlaps(list, lines);
  return list;
}

}  // namespace vobiz::app
