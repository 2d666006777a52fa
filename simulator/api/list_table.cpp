#include "simulator/api/list_table.hpp"

#include "simulator/api/list_selections.hpp"
#include "simulator/api/rows_json.hpp"

namespace vobiz::simulator {

std::span<list_declaration const> list_table() {
  using enum page_value;
  static list_declaration const table[] = {
      {.name = "cdrs",
       .path = "/cdrs",
       .account_path = "/cdrs",
       .rows = {"data", "data"},
       .dates = date_filter{.from = "start_date", .to = "end_date", .both_needed = true},
       .page_members = {{"count", rows_on_page}},
       .third_members = {{"account_id", account},
                         {"account_auth_id", account},
                         {"success", success}},
       .page_object = "pagination",
       .page_object_members = {{"page", page},
                               {"per_page", page_size},
                               {"total", total},
                               {"pages", pages},
                               {"has_next", has_next},
                               {"has_prev", has_prev}},
       .permission = &api_settings::can_view_cdrs,
       .forbidden = "this partner may not view call records",
       .row_bytes = 1'600,
       .select = select_calls,
       .append_row = append_call,
       .append_summary = append_call_summary},
      {.name = "transactions",
       .path = "/transactions",
       .account_path = "/transactions",
       .rows = {"data", "transactions"},
       // The ledger answers 500 to what is no date (docs/partner-api.md, "Errors").
       .dates = date_filter{.from = "from_date", .to = "to_date", .wrong_date = 500},
       .filters = {"transaction_type"},
       .page_members =
           {{"page", page}, {"per_page", page_size}, {"total", total}, {"total_pages", pages}},
       .third_members = {{"account_auth_id", account}},
       .row_bytes = 600,
       .select = select_entries,
       .append_row = append_entry,
       .append_summary = append_entry_summary},
      {.name = "accounts",
       .path = "/accounts",
       .rows = {"data", "accounts"},
       .size_parameter = {"size", "per_page"},
       .filters = {"search"},
       .page_members = {{"total", total}, {"page", page}, {"size", page_size}},
       .row_bytes = 2'048,
       .select = select_accounts,
       .append_row = append_account},
      {.name = "numbers",
       .path = "/numbers",
       .account_path = "/numbers",
       .rows = {"data", "items"},
       .filters = {"search"},
       .page_members = {{"page", page}, {"per_page", page_size}, {"total", total}},
       .third_members = {{"account_auth_id", account}},
       .select = select_numbers,
       .append_row = append_number},
      {.name = "kyc_sessions",
       .path = "/kyc-sessions",
       .rows = {.later = "sessions"},
       .size_parameter = {.later = "size"},
       .filters = {"status", "account_auth_id"},
       .page_members = {{"total", total}, {"page", page}, {"size", page_size}},
       .select = select_kyc_sessions,
       .append_row = append_kyc_session},
  };
  return table;
}

list_declaration const* find_list(std::string_view path, generation shapes) {
  for (auto const& list : list_table()) {
    bool const open = shapes != generation::third || list.account_path.empty();
    if (open && list.path == path && !list.rows.of(shapes).empty()) return &list;
  }
  return nullptr;
}

list_declaration const* find_account_list(std::string_view path, generation shapes) {
  for (auto const& list : list_table()) {
    if (!list.account_path.empty() && list.account_path == path && !list.rows.of(shapes).empty()) {
      return &list;
    }
  }
  return nullptr;
}

std::string list_names() {
  std::string names;
  for (auto const& list : list_table()) (names += names.empty() ? "" : ", ") += list.name;
  return names;
}

}  // namespace vobiz::simulator
