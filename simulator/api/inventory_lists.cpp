#include <cctype>

#include "simulator/api/list_selections.hpp"

namespace vobiz::simulator {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool holds(std::string_view text, std::string_view lower_case_part) {
  return lower(text).find(lower_case_part) != std::string::npos;
}

std::string search_of(request const& what) { return lower(what.parameter("search").value_or("")); }

}  // namespace

list_page select_accounts(list_query const& asked) {
  auto const search = search_of(asked.what);
  return select_listed(asked.of.accounts, asked, [&](account const& row) {
    return holds(row.name, search) || holds(row.email, search) || holds(row.auth_id, search);
  });
}

list_page select_numbers(list_query const& asked) {
  auto const search = search_of(asked.what);
  return select_listed(asked.of.numbers, asked, [&](number const& row) {
    return (!asked.account || row.account == asked.account) && holds(row.e164, search);
  });
}

list_page select_kyc_sessions(list_query const& asked) {
  auto const status = asked.what.parameter("status").value_or("");
  auto const account = asked.what.parameter("account_auth_id").value_or("");
  return select_listed(asked.of.kyc_sessions, asked, [&](kyc_session const& row) {
    return (status.empty() || name_of(row.status) == status) &&
           (account.empty() || asked.of.accounts[row.account].auth_id == account);
  });
}

}  // namespace vobiz::simulator
