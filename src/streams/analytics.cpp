#include "declarations.hpp"

namespace vobiz::streams {

namespace {

stream analytics_top_customers() {
  using enum column_type;
  return {
      .name = "analytics_top_customers",
      .table = "analytics_top_customers",
      .rows = {"data"},
      .columns =
          {
              same("auth_id", text, null_rule::required),
              same("name"),
              same("calls", bigint),
              same("cost", numeric),
          },
      .key = {"day", "auth_id"},
      .selective_key = "auth_id",
      .day_column = "day",
  };
}

}  // namespace

// One request per UTC day, so that the aggregates of either generation are those of one day.
stream analytics() {
  using enum column_type;
  return {
      .name = "analytics",
      .table = "analytics_daily",
      .form = shape::daily,
      .path = "/analytics",
      .from_parameter = "from_date",
      .to_parameter = "to_date",
      .columns =
          {
              from("total_calls", bigint, {"calls.total_calls", "totals.total_calls"}),
              from("answered_calls", bigint, {"calls.answered_calls", "totals.answered_calls"}),
              from("failed_calls", bigint, {"totals.failed_calls"}),
              from("total_duration_seconds", bigint, {"totals.total_duration_seconds"}),
              from("total_minutes", numeric, {"calls.total_minutes"}),
              from("total_cost", numeric, {"calls.total_cost", "totals.total_cost"}),
              from("currency", text, {"currency", "totals.currency"}),
              from("inbound_total_calls", bigint,
                   {"traffic.inbound.total_calls", "by_direction.inbound.calls"}),
              from("inbound_answered_calls", bigint, {"traffic.inbound.answered_calls"}),
              from("inbound_total_minutes", numeric, {"traffic.inbound.total_minutes"}),
              from("inbound_total_cost", numeric,
                   {"traffic.inbound.total_cost", "by_direction.inbound.cost"}),
              from("outbound_total_calls", bigint,
                   {"traffic.outbound.total_calls", "by_direction.outbound.calls"}),
              from("outbound_answered_calls", bigint, {"traffic.outbound.answered_calls"}),
              from("outbound_total_minutes", numeric, {"traffic.outbound.total_minutes"}),
              from("outbound_total_cost", numeric,
                   {"traffic.outbound.total_cost", "by_direction.outbound.cost"}),
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
              staged("top_customers", {"top_customers"}),
              // What is so at the moment of asking says nothing about the day asked for.
              staged("period", {"period"}),
              staged("partner", {"partner"}),
              staged("accounts", {"accounts"}),
              staged("total_balance", {"total_balance"}),
              staged("time_series", {"time_series"}),
          },
      .key = {"day"},
      .day_column = "day",
      .feeds = {{"top_customers", analytics_top_customers()}},
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::hours(1)},
  };
}

}  // namespace vobiz::streams
