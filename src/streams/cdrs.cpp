#include "declarations.hpp"

namespace vobiz::streams {

stream cdrs() {
  using enum column_type;
  using enum null_rule;
  using enum change_rule;
  return {
      .name = "cdrs",
      .table = "cdrs",
      .comment =
          "call detail records: one row per call and customer, partitioned by month of start_time",
      .after = "transactions",
      .form = shape::day_windows,
      .endpoints = endpoint_scope::either,
      .path = "/cdrs",
      .account_path = "/accounts/{id}/cdrs",
      .rows = {"data"},
      .from_parameter = "start_date",
      .to_parameter = "end_date",
      .columns =
          {
              indexed(same("account_id", text, required)).says("auth_id of the customer"),
              same("uuid", uuid, required).says("the call"),
              // The partition's column: a CDR without one takes created_at (docs/architecture.md,
              // "Tables").
              dated(from("start_time", timestamptz, {"start_time", "created_at"}, required))
                  .says("when the call started; the row's created_at where the API gives none"),
              same("id", bigint).says("the provider's row number"),
              indexed(same("call_direction")).says("inbound or outbound"),
              personal(same("caller_id_name").says("caller's name")),
              personal(same("caller_id_number").says("caller's telephone number")),
              personal(same("destination_number").says("called telephone number")),
              same("duration", integer).says("seconds of ring and talk"),
              same("billsec", integer, optional, billing)
                  .says("billable seconds; above 0 means answered"),
              same("ring_time", integer).says("seconds of ringing"),
              same("progress_time", timestamptz).says("first sign of life from the far end"),
              same("answer_time", timestamptz).says("when it was answered; null if it was not"),
              same("end_time", timestamptz).says("when it ended"),
              same("created_at", timestamptz).says("when the provider wrote the record"),
              same("updated_at", timestamptz).says("when the provider last changed the record"),
              same("cost", numeric, optional, billing).says("voice charge, in currency"),
              same("streaming_cost", numeric, optional, billing)
                  .says("media streaming charge, in currency"),
              same("total_cost", numeric, optional, billing).says("whole charge, in currency"),
              indexed(same("currency")).says("ISO 4217 code of the charges"),
              indexed(same("hangup_cause")).says("why the call ended"),
              same("hangup_cause_code").says("code of the cause"),
              same("hangup_cause_name").says("name of the cause"),
              same("hangup_disposition").says("which side ended the call, as signalled"),
              same("hangup_source").says("where the end came from"),
              same("failure_code").says("code of a failure"),
              personal(same("failure_reason").says("text of a failure")),
              same("bridge_uuid").says("the call it was bridged to"),
              personal(same("sip_call_id").says("Call-ID of the SIP dialogue")),
              same("sip_user_agent").says("user agent of the SIP endpoint"),
              same("codec").says("audio codec"),
              same("mos", numeric).says("mean opinion score; below 1 means no media was measured"),
              same("jitter", numeric).says("milliseconds"),
              same("packet_loss", numeric).says("percent"),
              personal(same("network_addr").says("network address of the endpoint")),
              same("carrier_ip").says("address of the carrier"),
              indexed(same("context")).says("the provider's routing context or product"),
              same("region").says("region that carried the call"),
              same("origination_region").says("region the call came from"),
              same("campaign_id").says("the customer's campaign"),
              personal(same("customer_endpoint").says("the customer's endpoint")),
              same("trunk_id").says("SIP trunk"),
              personal(same("terminated_to").says("where the call was delivered")),
          },
      .key = {"account_id", "uuid"},
      .selective_key = "uuid",
      .account_column = "account_id",
      .day_column = "window_day",
      .day_time = "start_time",
      .other_day_times = {"end_time", "created_at"},
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
      .rolled_up = rollup{.function = "roll_up_calls",
                          .columns = {"start_time", "end_time", "duration"},
                          .at = "start_time",
                          .until = "vobiz_sync.call_end(start_time, end_time, duration)"},
      .may_expire = true,
      .repair = id_repair{.kind = "cdr", .path = "/accounts/{id}/cdrs/{key}"},
      // A call is charged when it ends, at most some days after it started.
      .charged_in = ledger_reference{.table = "transactions",
                                     .column = "cdr_uuid",
                                     .time = "created_at",
                                     .days_before = 7,
                                     .days_after = 1},
      .vouched_by = day_totals{.stream = "dashboard",
                               .table = "dashboard_daily",
                               .rows = "total_calls",
                               .sum = "total_cost",
                               .measure = "cost",
                               .period_table = "dashboard_snapshots",
                               .period_column = "period_from",
                               .own_table = "usage_days",
                               .own_rows = "attempts",
                               .own_sum = "total_cost"},
  };
}

}  // namespace vobiz::streams
