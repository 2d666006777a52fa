#include "vobiz/reconcile/checks.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <stdexcept>

#include "embedded_checks.hpp"

namespace vobiz::reconcile {

namespace {

// The parameters of a check, in psql's spelling, so that the file also runs in psql. The index is
// the parameter's number.
constexpr std::string_view parameters[] = {"partner", "day", "from", "to", "zone", "settle", "cap"};

[[noreturn]] void refuse(std::string const& what) {
  throw std::invalid_argument("a check's file: " + what);
}

// "-- key: value" lines and their continuations "--   more".
std::map<std::string, std::string, std::less<>> read_header(std::string_view& text) {
  std::map<std::string, std::string, std::less<>> header;
  std::string* last = nullptr;
  while (text.starts_with("--")) {
    auto const end = std::min(text.find('\n'), text.size());
    auto line = text.substr(2, end - 2);
    text.remove_prefix(std::min(end + 1, text.size()));
    auto const colon = line.find(": ");
    if (line.starts_with("   ") && last != nullptr) {
      *last += std::string(line.substr(2));
    } else if (line.starts_with(' ') && colon != std::string_view::npos) {
      last = &header[std::string(line.substr(1, colon - 1))];
      if (!last->empty()) refuse("\"" + std::string(line) + "\" is a duplicate");
      *last = line.substr(colon + 2);
    } else {
      refuse("\"--" + std::string(line) + "\" is not a header line");
    }
  }
  return header;
}

int whole_number(std::string_view text, std::string const& of) {
  int value = 0;
  auto const read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size())
    refuse("\"" + of + "\" is not a number");
  return value;
}

std::vector<streams::stream const*> read_inputs(std::string_view text) {
  std::vector<streams::stream const*> inputs;
  if (text == "none") return inputs;
  while (!text.empty()) {
    auto const comma = std::min(text.find(", "), text.size());
    auto const* stream = streams::find(text.substr(0, comma));
    if (stream == nullptr) refuse("unknown stream \"" + std::string(text.substr(0, comma)) + "\"");
    inputs.push_back(stream);
    text.remove_prefix(std::min(comma + 2, text.size()));
  }
  return inputs;
}

std::string number_parameters(std::string_view sql) {
  std::string result;
  for (std::size_t at = 0; at < sql.size();) {
    auto const start = sql.find(":'", at);
    result += sql.substr(at, start - at);
    if (start == std::string_view::npos) break;
    auto const end = sql.find('\'', start + 2);
    auto const name = sql.substr(start + 2, end - start - 2);
    auto const* const found = std::ranges::find(parameters, name);
    if (found == std::ranges::end(parameters))
      refuse("unknown parameter \"" + std::string(name) + "\"");
    result += "$" + std::to_string(found - parameters + 1);
    at = end + 1;
  }
  return result;
}

}  // namespace

check parse_check(std::string_view text) {
  auto header = read_header(text);
  auto const take = [&header](std::string const& key) {
    auto const found = header.find(key);
    if (found == header.end() || found->second.empty()) refuse("\"" + key + "\" is missing");
    auto value = found->second;
    header.erase(found);
    return value;
  };
  check result;
  result.name = take("check");
  result.version = whole_number(take("version"), "version");
  result.inputs = read_inputs(take("inputs"));
  auto const wait = take("wait");
  if (!wait.ends_with('h')) refuse("\"wait\" takes hours, as in 24h");
  result.wait =
      std::chrono::hours(whole_number(std::string_view(wait).substr(0, wait.size() - 1), "wait"));
  result.formula = take("formula");
  result.tolerance = take("tolerance");
  result.meaning = take("break");
  result.action = take("action");
  if (!header.empty()) refuse("\"" + header.begin()->first + "\" is not a header key");
  result.sql = number_parameters(text);
  return result;
}

std::span<check const> all_checks() {
  static std::vector<check> const list = [] {
    std::vector<check> checks;
    for (auto const& file : embedded_checks()) checks.push_back(parse_check(file.sql));
    return checks;
  }();
  return list;
}

check const* find_check(std::string_view name) {
  auto const list = all_checks();
  auto const found = std::ranges::find(list, name, &check::name);
  return found == list.end() ? nullptr : &*found;
}

}  // namespace vobiz::reconcile
