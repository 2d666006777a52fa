#include "declarations.hpp"

namespace vobiz::streams {

stream cdrs() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "cdrs",
      .table = "cdrs",
      .form = shape::day_windows,
      .endpoints = endpoint_scope::either,
      .path = "/cdrs",
      .account_path = "/accounts/{id}/cdrs",
      .rows = {"data"},
      .from_parameter = "start_date",
      .to_parameter = "end_date",
      .columns =
          {
              indexed(same("account_id", text, required)),
              same("uuid", uuid, required),
              // The partition's column: a CDR without one takes created_at (design.md §3).
              from("start_time", timestamptz, {"start_time", "created_at"}, required),
              same("id", bigint),
              indexed(same("call_direction")),
              same("caller_id_name"),
              same("caller_id_number"),
              same("destination_number"),
              same("duration", integer),
              same("billsec", integer, optional, billing),
              same("ring_time", integer),
              same("progress_time", timestamptz),
              same("answer_time", timestamptz),
              same("end_time", timestamptz),
              same("created_at", timestamptz),
              same("updated_at", timestamptz),
              same("cost", numeric, optional, billing),
              same("streaming_cost", numeric, optional, billing),
              same("total_cost", numeric, optional, billing),
              indexed(same("currency")),
              indexed(same("hangup_cause")),
              same("hangup_cause_code"),
              same("hangup_cause_name"),
              same("hangup_disposition"),
              same("hangup_source"),
              same("failure_code"),
              same("failure_reason"),
              same("bridge_uuid"),
              same("sip_call_id"),
              same("sip_user_agent"),
              same("codec"),
              same("mos", numeric),
              same("jitter", numeric),
              same("packet_loss", numeric),
              same("network_addr"),
              same("carrier_ip"),
              indexed(same("context")),
              same("region"),
              same("origination_region"),
              same("campaign_id"),
              same("customer_endpoint"),
              same("trunk_id"),
              same("terminated_to"),
          },
      .key = {"account_id", "uuid"},
      .selective_key = "uuid",
      .account_column = "account_id",
      .day_column = "window_day",
      .day_time = "start_time",
      .version = "updated_at",
      .measures =
          {
              {"cost", "total_cost", "sum(total_cost)"},
              {"seconds", "total_billable_seconds", "sum(billsec)"},
              {"duration", "total_duration_seconds", "sum(duration)"},
          },
      .secrets = {"auth_token"},
      .schedule = {.every = std::chrono::seconds(60)},
      .partition = month_partition{.column = "start_time",
                                   .default_partition = "cdrs_default",
                                   .listed_days = 31,
                                   .search_days = 62},
      .may_expire = true,
      .repair = id_repair{.kind = "cdr", .path = "/accounts/{id}/cdrs/{key}"},
      // A call is charged when it ends, at most some days after it started.
      .charged_in = ledger_reference{.table = "transactions",
                                     .column = "cdr_uuid",
                                     .time = "created_at",
                                     .days_before = 7,
                                     .days_after = 1},
  };
}

}  // namespace vobiz::streams
