#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "simulator/api/list_table.hpp"

namespace vobiz::simulator {

// Each finds the rows that a request asks for.
list_page select_calls(list_query const& asked);
list_page select_entries(list_query const& asked);
list_page select_accounts(list_query const& asked);
list_page select_numbers(list_query const& asked);
list_page select_kyc_sessions(list_query const& asked);

void append_call_summary(std::string& out, list_figures const& of, generation shapes);
void append_entry_summary(std::string& out, list_figures const& of, generation shapes);

// The page of rows that are listed and that `keep` lets through, newest first.
template <class Row, class Keep>
list_page select_listed(std::vector<Row> const& all, list_query const& asked, Keep keep) {
  std::vector<std::uint32_t> found;
  for (std::uint32_t at = 0; at < all.size(); ++at) {
    if (all[at].listed && keep(all[at])) found.push_back(at);
  }
  std::ranges::stable_sort(found, std::greater(), [&all](auto at) { return all[at].created; });
  list_page page;
  page.total = found.size();
  auto const from = std::min(asked.offset, found.size());
  auto const rows = std::min(asked.limit, found.size() - from);
  auto const first = found.begin() + static_cast<std::ptrdiff_t>(from);
  page.rows.assign(first, first + static_cast<std::ptrdiff_t>(rows));
  return page;
}

}  // namespace vobiz::simulator
