#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>

#include "simulator/api/time_series.hpp"

namespace vobiz::simulator {

// Of the shapes of answers. The third is the second with other types, and without global lists,
// GET /accounts/{id} and its documents, /analytics and /login (docs/partner-api.md).
enum class generation { first = 1, second = 2, third = 3 };
enum class overflow { refuse, fall_back };  // of a per_page that is too large
enum class dashboard_shape { flat, nested, totals };
constexpr int dashboard_days = 30;  // in its period and its time series

// How the API behaves, apart from what the world holds. Tests change it while it runs.
struct api_settings {
  generation shapes = generation::second;
  dashboard_shape dashboard = dashboard_shape::nested;
  overflow too_large = overflow::refuse;
  std::string base_path = "/api/v1/partner";
  std::string auth_id = "PA_EXAMPLE01";
  std::string auth_token = "CANARY_PARTNER_TOKEN";
  std::string email = "partner@example.com";
  std::string password = "CANARY_PASSWORD";
  std::chrono::seconds token_lifetime{3'600};
  bool can_view_cdrs = true;
  bool can_transfer_balance = true;
  bool can_create_accounts = true;
  std::map<std::string, int, std::less<>> closed_lists;  // global lists by name: their status
  series_settings series;                                // of the dashboard
};

// What a fault changes in a list before it is written.
struct twist {
  bool zero_summary = false;
  bool no_summary = false;
  bool no_total = false;
  bool empty_list = false;
  bool fall_back = false;  // to the default page size, silently
  long add_to_total = 0;
  long add_to_page = 0;  // of the echo only
  bool any_day = false;  // the filter by day is ignored
  long add_to_day = 0;   // another day is listed
  bool any_customer = false;
  long largest_total = 0;  // 0: it counts all
  long repeats = 0;        // rows at the end that are listed and counted twice
};

}  // namespace vobiz::simulator
