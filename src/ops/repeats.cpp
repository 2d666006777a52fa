#include "repeats.hpp"

namespace vobiz::ops {

namespace {

constexpr std::chrono::seconds fold_for{60};
// Above this number of different lines a minute, folding saves nothing.
constexpr std::size_t most_known = 256;

std::string key_of(log_line const& line) {
  std::string key;
  for (char const c : line.text) {
    bool const digit = c >= '0' && c <= '9';
    if (!digit) {
      key += c;
    } else if (key.empty() || key.back() != '#') {
      key += '#';
    }
  }
  for (auto const* more : {&line.fields.partner, &line.fields.stream, &line.fields.window}) {
    key += '\n' + *more;
  }
  return key;
}

}  // namespace

bool repeats::is_news(log_line const& line, clock::time_point now) {
  // Lower levels are enabled on purpose, to see each line.
  if (line.level < spdlog::level::warn) return true;
  auto const key = key_of(line);
  auto const found = known_.find(key);
  if (found == known_.end()) {
    if (known_.size() < most_known) known_[key].since = now;
    return true;
  }
  ++found->second.count;
  found->second.last = line;
  return false;
}

std::vector<log_line> repeats::folded(clock::time_point now) {
  std::vector<log_line> result;
  for (auto it = known_.begin(); it != known_.end();) {
    auto& [since, count, line] = it->second;
    if (now != clock::time_point::max() && now - since < fold_for) {
      ++it;
      continue;
    }
    if (count > 0) {
      line.text += fmt::format(" (repeated {} time{} in {} s)", count, count == 1 ? "" : "s",
                               fold_for.count());
      result.push_back(std::move(line));
    }
    it = known_.erase(it);
  }
  return result;
}

}  // namespace vobiz::ops
