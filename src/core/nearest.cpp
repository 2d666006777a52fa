#include "vobiz/core/nearest.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

namespace vobiz::core {

namespace {

// A longer word is no typing error, and the cost is the product of the lengths.
constexpr std::size_t longest_name = 100;
constexpr std::size_t most_slips = 3;
constexpr std::size_t shortest_part = 4;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// Optimal string alignment distance: insertions, deletions, substitutions, swaps of neighbours.
std::size_t distance(std::string_view left, std::string_view right) {
  std::vector<std::vector<std::size_t>> cost(left.size() + 1,
                                             std::vector<std::size_t>(right.size() + 1));
  for (std::size_t i = 0; i <= left.size(); ++i) cost[i][0] = i;
  for (std::size_t j = 0; j <= right.size(); ++j) cost[0][j] = j;
  for (std::size_t i = 1; i <= left.size(); ++i) {
    for (std::size_t j = 1; j <= right.size(); ++j) {
      auto const other = left[i - 1] == right[j - 1] ? 0u : 1u;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + other});
      if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[left.size()][right.size()];
}

bool one_holds_the_other(std::string_view left, std::string_view right) {
  if (left.size() > right.size()) std::swap(left, right);
  return left.size() >= shortest_part && right.find(left) != std::string_view::npos;
}

}  // namespace

std::string_view nearest(std::string_view given, std::span<std::string_view const> names) {
  if (given.empty() || given.size() > longest_name) return {};
  auto const wanted = lower(given);
  std::string_view best;
  std::size_t least = most_slips + 1;
  for (auto const name : names) {
    auto const slips = distance(wanted, lower(name));
    auto const allowed = (std::max(wanted.size(), name.size()) + 1) / 3;
    if (slips < least && slips <= allowed) {
      least = slips;
      best = name;
    }
  }
  if (!best.empty()) return best;
  for (auto const name : names) {
    if (one_holds_the_other(wanted, lower(name))) return name;
  }
  return {};
}

}  // namespace vobiz::core
