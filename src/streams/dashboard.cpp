#include "declarations.hpp"

namespace vobiz::streams {

namespace {

// One entry a day; its currency is the dashboard's, which the parser of an entry cannot see.
stream dashboard_daily() {
  using enum column_type;
  return {
      .name = "dashboard_daily",
      .table = "dashboard_daily",
      .rows = {"data"},
      .columns =
          {
              from("day", date, {"date"}, null_rule::required),
              from("total_calls", bigint, {"total_calls"}),
              from("answered_calls", bigint, {"answered_calls"}),
              from("total_minutes", numeric, {"total_minutes"}),
              from("total_cost", numeric, {"total_cost"}),
              from("inbound_total_calls", bigint, {"inbound.total_calls"}),
              from("inbound_answered_calls", bigint, {"inbound.answered_calls"}),
              from("inbound_total_minutes", numeric, {"inbound.total_minutes"}),
              from("inbound_total_cost", numeric, {"inbound.total_cost"}),
              from("outbound_total_calls", bigint, {"outbound.total_calls"}),
              from("outbound_answered_calls", bigint, {"outbound.answered_calls"}),
              from("outbound_total_minutes", numeric, {"outbound.total_minutes"}),
              from("outbound_total_cost", numeric, {"outbound.total_cost"}),
          },
      .key = {"day"},
  };
}

}  // namespace

// Three shapes in one: the nested second generation, the flat first, and a third example of the
// reference; each fills the columns it has (partner-api.md, "Dashboard").
stream dashboard() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "dashboard",
      .table = "dashboard_snapshots",
      .form = shape::document,
      .path = "/dashboard",
      .columns =
          {
              from("accounts_total", integer, {"accounts.total", "total_customers"}),
              from("accounts_active", integer,
                   {"accounts.active", "active_accounts", "active_customers"}),
              same("accounts_low_balance", integer),
              same("accounts_suspended", integer),
              same("pending_kyc", integer),
              from("total_balance", numeric, {"total_balance", "total_balance_held"}),
              same("currency"),
              same("calls_today", bigint),
              same("calls_this_month", bigint),
              same("total_spend_this_month", numeric),
              same("mtd_revenue", numeric),
              from("total_calls", bigint, {"calls.total_calls"}),
              from("answered_calls", bigint, {"calls.answered_calls"}),
              from("total_minutes", numeric, {"calls.total_minutes"}),
              from("total_cost", numeric, {"calls.total_cost"}),
              from("inbound_total_calls", bigint, {"traffic.inbound.total_calls"}),
              from("inbound_answered_calls", bigint, {"traffic.inbound.answered_calls"}),
              from("inbound_total_minutes", numeric, {"traffic.inbound.total_minutes"}),
              from("inbound_total_cost", numeric, {"traffic.inbound.total_cost"}),
              from("outbound_total_calls", bigint, {"traffic.outbound.total_calls"}),
              from("outbound_answered_calls", bigint, {"traffic.outbound.answered_calls"}),
              from("outbound_total_minutes", numeric, {"traffic.outbound.total_minutes"}),
              from("outbound_total_cost", numeric, {"traffic.outbound.total_cost"}),
              from("sip_trunking_total_calls", bigint, {"by_product.sip_trunking.total_calls"}),
              from("sip_trunking_answered_calls", bigint,
                   {"by_product.sip_trunking.answered_calls"}),
              from("sip_trunking_total_minutes", numeric,
                   {"by_product.sip_trunking.total_minutes"}),
              from("sip_trunking_total_cost", numeric, {"by_product.sip_trunking.total_cost"}),
              from("voice_api_total_calls", bigint, {"by_product.voice_api.total_calls"}),
              from("voice_api_answered_calls", bigint, {"by_product.voice_api.answered_calls"}),
              from("voice_api_total_minutes", numeric, {"by_product.voice_api.total_minutes"}),
              from("voice_api_total_cost", numeric, {"by_product.voice_api.total_cost"}),
              // The window the provider chose ends now: its edge alone is no news.
              from("period_from", text, {"period.from"}, optional, quiet),
              from("period_to", text, {"period.to"}, optional, quiet),
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
