#include "declarations.hpp"

namespace vobiz::streams {

namespace {

stream analytics_top_customers() {
  using enum column_type;
  return {
      .name = "analytics_top_customers",
      .table = "analytics_top_customers",
      .comment =
          "the provider's list of the day's largest customers (first API generation); cost in the "
          "currency of analytics_daily",
      .rows = {"data"},
      .columns =
          {
              indexed(same("auth_id", text, null_rule::required)).says("the customer"),
              same("name").says("the customer's name in the list"),
              same("calls", bigint).says("the customer's calls"),
              same("cost", numeric)
                  .says("the customer's cost, in the currency of the day's row in analytics_daily"),
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
      .comment = "the provider's own aggregates of a day, to hold our calls against",
      .after = "cdrs",
      .form = shape::daily,
      .path = "/analytics",
      .from_parameter = "from_date",
      .to_parameter = "to_date",
      .columns =
          {
              from("total_calls", bigint, {"calls.total_calls", "totals.total_calls"})
                  .says("calls"),
              from("answered_calls", bigint, {"calls.answered_calls", "totals.answered_calls"})
                  .says("answered calls"),
              from("failed_calls", bigint, {"totals.failed_calls"})
                  .says("failed calls (first API generation)"),
              from("total_duration_seconds", bigint, {"totals.total_duration_seconds"})
                  .says("seconds (first API generation)"),
              from("total_minutes", numeric, {"calls.total_minutes"}).says("minutes"),
              from("total_cost", numeric, {"calls.total_cost", "totals.total_cost"})
                  .says("cost, in currency"),
              from("currency", text, {"currency", "totals.currency"})
                  .says("ISO 4217 code of the costs"),
              from("inbound_total_calls", bigint,
                   {"traffic.inbound.total_calls", "by_direction.inbound.calls"})
                  .says("inbound: calls"),
              from("inbound_answered_calls", bigint, {"traffic.inbound.answered_calls"})
                  .says("inbound: answered calls"),
              from("inbound_total_minutes", numeric, {"traffic.inbound.total_minutes"})
                  .says("inbound: minutes"),
              from("inbound_total_cost", numeric,
                   {"traffic.inbound.total_cost", "by_direction.inbound.cost"})
                  .says("inbound: cost, in currency"),
              from("outbound_total_calls", bigint,
                   {"traffic.outbound.total_calls", "by_direction.outbound.calls"})
                  .says("outbound: calls"),
              from("outbound_answered_calls", bigint, {"traffic.outbound.answered_calls"})
                  .says("outbound: answered calls"),
              from("outbound_total_minutes", numeric, {"traffic.outbound.total_minutes"})
                  .says("outbound: minutes"),
              from("outbound_total_cost", numeric,
                   {"traffic.outbound.total_cost", "by_direction.outbound.cost"})
                  .says("outbound: cost, in currency"),
              from("sip_trunking_total_calls", bigint, {"by_product.sip_trunking.total_calls"})
                  .says("SIP trunking: calls"),
              from("sip_trunking_answered_calls", bigint,
                   {"by_product.sip_trunking.answered_calls"})
                  .says("SIP trunking: answered calls"),
              from("sip_trunking_total_minutes", numeric, {"by_product.sip_trunking.total_minutes"})
                  .says("SIP trunking: minutes"),
              from("sip_trunking_total_cost", numeric, {"by_product.sip_trunking.total_cost"})
                  .says("SIP trunking: cost, in currency"),
              from("voice_api_total_calls", bigint, {"by_product.voice_api.total_calls"})
                  .says("voice API: calls"),
              from("voice_api_answered_calls", bigint, {"by_product.voice_api.answered_calls"})
                  .says("voice API: answered calls"),
              from("voice_api_total_minutes", numeric, {"by_product.voice_api.total_minutes"})
                  .says("voice API: minutes"),
              from("voice_api_total_cost", numeric, {"by_product.voice_api.total_cost"})
                  .says("voice API: cost, in currency"),
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
