#include "declarations.hpp"

namespace vobiz::streams {

namespace {

// One entry a day; its currency is the dashboard's, which the parser of an entry cannot see.
stream dashboard_daily() {
  using enum column_type;
  return {
      .name = "dashboard_daily",
      .table = "dashboard_daily",
      .comment =
          "the dashboard's time series, one row a day; costs in the currency of "
          "dashboard_snapshots",
      .rows = {"data"},
      .columns =
          {
              dated(from("day", date, {"date"}, null_rule::required))
                  .says("day of the provider's time series"),
              from("total_calls", bigint, {"total_calls"}).says("all: calls of the day"),
              from("answered_calls", bigint, {"answered_calls"})
                  .says("all: answered calls of the day"),
              from("total_minutes", numeric, {"total_minutes"}).says("all: minutes of the day"),
              from("total_cost", numeric, {"total_cost"}).says("all: cost, in currency of the day"),
              from("inbound_total_calls", bigint, {"inbound.total_calls"})
                  .says("inbound: calls of the day"),
              from("inbound_answered_calls", bigint, {"inbound.answered_calls"})
                  .says("inbound: answered calls of the day"),
              from("inbound_total_minutes", numeric, {"inbound.total_minutes"})
                  .says("inbound: minutes of the day"),
              from("inbound_total_cost", numeric, {"inbound.total_cost"})
                  .says("inbound: cost, in currency of the day"),
              from("outbound_total_calls", bigint, {"outbound.total_calls"})
                  .says("outbound: calls of the day"),
              from("outbound_answered_calls", bigint, {"outbound.answered_calls"})
                  .says("outbound: answered calls of the day"),
              from("outbound_total_minutes", numeric, {"outbound.total_minutes"})
                  .says("outbound: minutes of the day"),
              from("outbound_total_cost", numeric, {"outbound.total_cost"})
                  .says("outbound: cost, in currency of the day"),
          },
      .key = {"day"},
  };
}

}  // namespace

// Three shapes in one: the nested second generation, the flat first, and a third example of the
// reference; each fills the columns it has (docs/partner-api.md, "Dashboard").
stream dashboard() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "dashboard",
      .table = "dashboard_snapshots",
      .comment = "the provider's dashboard, a row whenever a figure changed",
      .after = "kyc_sessions",
      .form = shape::document,
      .path = "/dashboard",
      .columns =
          {
              from("accounts_total", integer, {"accounts.total", "total_customers"})
                  .says("customer accounts"),
              from("accounts_active", integer,
                   {"accounts.active", "active_accounts", "active_customers"})
                  .says("active customer accounts"),
              same("accounts_low_balance", integer)
                  .says("customers with a low wallet (first API generation)"),
              same("accounts_suspended", integer)
                  .says("suspended customers (first API generation)"),
              same("pending_kyc", integer).says("customers whose identity check is open"),
              from("total_balance", numeric, {"total_balance", "total_balance_held"})
                  .says("sum of the customers' wallets, in currency"),
              same("currency").says("ISO 4217 code of all amounts of the row"),
              same("calls_today", bigint)
                  .says("calls of the provider's current day (first API generation)"),
              same("calls_this_month", bigint)
                  .says("calls of the provider's current month (first API generation)"),
              same("total_spend_this_month", numeric)
                  .says(
                      "spend of the provider's current month, in currency (first API generation)"),
              same("mtd_revenue", numeric).says("revenue of the month to date, in currency"),
              from("total_calls", bigint, {"calls.total_calls"})
                  .says("all: calls in the dashboard's window"),
              from("answered_calls", bigint, {"calls.answered_calls"})
                  .says("all: answered calls in the dashboard's window"),
              from("total_minutes", numeric, {"calls.total_minutes"})
                  .says("all: minutes in the dashboard's window"),
              from("total_cost", numeric, {"calls.total_cost"})
                  .says("all: cost, in currency in the dashboard's window"),
              from("inbound_total_calls", bigint, {"traffic.inbound.total_calls"})
                  .says("inbound: calls in the dashboard's window"),
              from("inbound_answered_calls", bigint, {"traffic.inbound.answered_calls"})
                  .says("inbound: answered calls in the dashboard's window"),
              from("inbound_total_minutes", numeric, {"traffic.inbound.total_minutes"})
                  .says("inbound: minutes in the dashboard's window"),
              from("inbound_total_cost", numeric, {"traffic.inbound.total_cost"})
                  .says("inbound: cost, in currency in the dashboard's window"),
              from("outbound_total_calls", bigint, {"traffic.outbound.total_calls"})
                  .says("outbound: calls in the dashboard's window"),
              from("outbound_answered_calls", bigint, {"traffic.outbound.answered_calls"})
                  .says("outbound: answered calls in the dashboard's window"),
              from("outbound_total_minutes", numeric, {"traffic.outbound.total_minutes"})
                  .says("outbound: minutes in the dashboard's window"),
              from("outbound_total_cost", numeric, {"traffic.outbound.total_cost"})
                  .says("outbound: cost, in currency in the dashboard's window"),
              from("sip_trunking_total_calls", bigint, {"by_product.sip_trunking.total_calls"})
                  .says("SIP trunking: calls in the dashboard's window"),
              from("sip_trunking_answered_calls", bigint,
                   {"by_product.sip_trunking.answered_calls"})
                  .says("SIP trunking: answered calls in the dashboard's window"),
              from("sip_trunking_total_minutes", numeric, {"by_product.sip_trunking.total_minutes"})
                  .says("SIP trunking: minutes in the dashboard's window"),
              from("sip_trunking_total_cost", numeric, {"by_product.sip_trunking.total_cost"})
                  .says("SIP trunking: cost, in currency in the dashboard's window"),
              from("voice_api_total_calls", bigint, {"by_product.voice_api.total_calls"})
                  .says("voice API: calls in the dashboard's window"),
              from("voice_api_answered_calls", bigint, {"by_product.voice_api.answered_calls"})
                  .says("voice API: answered calls in the dashboard's window"),
              from("voice_api_total_minutes", numeric, {"by_product.voice_api.total_minutes"})
                  .says("voice API: minutes in the dashboard's window"),
              from("voice_api_total_cost", numeric, {"by_product.voice_api.total_cost"})
                  .says("voice API: cost, in currency in the dashboard's window"),
              // The window the provider chose ends now: its edge alone is no news.
              from("period_from", text, {"period.from"}, optional, quiet)
                  .says("start of the window the figures cover, as the provider wrote it"),
              from("period_to", text, {"period.to"}, optional, quiet)
                  .says("end of the window the figures cover, as the provider wrote it"),
              staged("partner", {"partner"}),
              staged("customers", {"accounts.customers"}),
              staged("time_series", {"time_series"}),
          },
      .key = {},
      .keeps = keeping::history,
      .feeds = {{"time_series", dashboard_daily()}, {"customers", accounts(), true}},
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::minutes(5)},
  };
}

}  // namespace vobiz::streams
