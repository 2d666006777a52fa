#include "from_scratch.hpp"
#include "vobiz/sink/connection.hpp"

// The views of vobiz_bi, with expected values computed by hand; Kolkata is UTC+5:30.
namespace vobiz::sink {
namespace {

// One value per column, NULL as "-".
std::string line(store& all, std::string const& columns, std::string const& from) {
  std::string parts;
  std::size_t begin = 0;
  while (begin <= columns.size()) {
    auto const end = std::min(columns.find(' ', begin), columns.size());
    parts += (parts.empty() ? "" : ", ") + std::string("coalesce(") +
             columns.substr(begin, end - begin) + "::text, '-')";
    begin = end + 1;
  }
  return all.value("SELECT string_agg(concat_ws(' ', " + parts + "), E'\\n') FROM " + from);
}

void small_world(store& all) {
  all.merge(
      "accounts",
      R"({"accounts":[{"auth_id":"MA_1","name":"Example Traders","cash_credits":"70","currency":"INR",
    "concurrent_calls_limit":4},{"auth_id":"MA_2","name":"Example Travels","cash_credits":"5","currency":"INR"}]})");
  all.calls({
      // 2026-03-10 in Kolkata: 90 s answered after 10 s, 6 s answered after 4 s, busy, cancelled,
      // an unknown cause.
      call(
          1,
          R"("call_direction":"outbound","context":"voice_api","currency":"INR","billsec":90,"duration":100,
        "answer_time":"2026-03-10T10:00:10Z","end_time":"2026-03-10T10:01:40Z","cost":"1.5","streaming_cost":"0.25",
        "total_cost":"1.75","mos":"4.2","jitter":"2","packet_loss":"0.5","hangup_cause":"NORMAL_CLEARING")"),
      call(
          2,
          R"("call_direction":"outbound","context":"sip_trunking","currency":"INR","billsec":6,"duration":10,
        "answer_time":"2026-03-10T10:01:04Z","end_time":"2026-03-10T10:01:10Z","total_cost":"0.05","cost":"0.05","mos":"2.8",
        "jitter":"5","packet_loss":null,"hangup_cause":"NORMAL_CLEARING")",
          "2026-03-10T10:01:00Z"),
      call(
          3,
          R"("call_direction":"outbound","context":"sip_trunking","currency":"INR","billsec":0,"duration":5,
        "end_time":"2026-03-10T10:01:40Z","total_cost":"0","mos":"0","jitter":"99","hangup_cause":"USER_BUSY")",
          "2026-03-10T10:01:05Z"),
      call(
          4,
          R"("call_direction":"outbound","context":"sip_trunking","currency":"INR","billsec":0,"duration":5,
        "hangup_cause":"ORIGINATOR_CANCEL")",
          "2026-03-10T12:00:00Z"),
      call(
          5,
          R"("call_direction":"outbound","context":"sip_trunking","currency":"INR","billsec":0,"duration":5,
        "hangup_cause":"NEWLY_INVENTED")",
          "2026-03-10T18:29:59Z"),
      // The next day in Kolkata, but the same in UTC; another currency.
      call(
          6,
          R"("call_direction":"inbound","currency":"USD","billsec":60,"duration":60,"total_cost":"0.4","mos":"0.5")",
          "2026-03-10T18:30:00Z"),
      // The next month in Kolkata.
      call(
          7,
          R"("call_direction":"inbound","currency":"INR","billsec":60,"duration":60,"total_cost":"2")",
          "2026-03-31T18:30:00Z"),
  });
  all.merge(
      "cdrs",
      R"({"data":[{"uuid":"00000000-0000-4000-8000-000000000101","account_id":"MA_2","start_time":"2026-03-10T10:01:06Z",
    "duration":4,"billsec":4,"call_direction":"outbound","currency":"INR","total_cost":"0.6"}]})");
}

TEST(views, add_up_usage_by_hour_day_and_month) {
  store all;
  small_world(all);
  auto const columns =
      "call_direction context currency attempts answered billsec duration cost streaming_cost "
      "total_cost";
  EXPECT_EQ(line(all, "day account_name " + std::string(columns),
                 "(SELECT * FROM vobiz_bi.usage_daily WHERE account_id = 'MA_1' ORDER BY day, "
                 "context DESC) d"),
            "2026-03-10 Example Traders outbound voice_api INR 1 1 90 100 1.5 0.25 1.75\n"
            "2026-03-10 Example Traders outbound sip_trunking INR 4 1 6 25 0.05 0 0.05\n"
            "2026-03-11 Example Traders inbound - USD 1 1 60 60 0 0 0.4\n"
            "2026-04-01 Example Traders inbound - INR 1 1 60 60 0 0 2");
  EXPECT_EQ(line(all, "month currency attempts billable_minutes total_cost",
                 "(SELECT month, currency, sum(attempts) AS attempts, sum(billable_minutes) AS "
                 "billable_minutes, "
                 "sum(total_cost) AS total_cost FROM vobiz_bi.usage_monthly WHERE account_id = "
                 "'MA_1' GROUP BY 1, 2 ORDER BY 1, 2) m"),
            "2026-03-01 INR 5 1.60 1.80\n2026-03-01 USD 1 1.00 0.4\n2026-04-01 INR 1 1.00 2");
  // Local hours start at half past in UTC.
  EXPECT_EQ(line(all, "hour day attempts",
                 "(SELECT hour, day, sum(attempts) AS attempts FROM vobiz_bi.usage_hourly WHERE "
                 "account_id = 'MA_1' "
                 "AND day <= '2026-03-11' GROUP BY 1, 2 ORDER BY 1) h"),
            "2026-03-10 09:30:00+00 2026-03-10 3\n2026-03-10 11:30:00+00 2026-03-10 1\n"
            "2026-03-10 17:30:00+00 2026-03-10 1\n2026-03-10 18:30:00+00 2026-03-11 1");
}

TEST(views, make_key_figures_of_their_sums) {
  store all;
  small_world(all);
  // 2 of 5 answered; effective: these and the busy one; 96 s / 2; (10 + 4) s / 2; 1.80 / 1.6 min.
  EXPECT_EQ(line(all,
                 "attempts answered answer_rate_percent network_effective_calls "
                 "network_effectiveness_percent "
                 "average_call_seconds average_answer_delay_seconds short_calls short_call_percent "
                 "billable_minutes "
                 "currency total_cost cost_per_minute",
                 "vobiz_bi.kpi_daily WHERE account_id = 'MA_1' AND day = '2026-03-10'"),
            "5 2 40.00 3 60.00 48.0 7.00 1 50.00 1.60 INR 1.80 1.12500");
  EXPECT_EQ(line(all, "hangup_cause hangup_class counts_for_ner attempts answered",
                 "(SELECT * FROM vobiz_bi.hangup_daily WHERE account_id = 'MA_1' AND day = "
                 "'2026-03-10' ORDER BY hangup_cause) h"),
            "NEWLY_INVENTED unknown - 1 0\nNORMAL_CLEARING answered false 2 2\nORIGINATOR_CANCEL "
            "cancelled false 1 0\n"
            "USER_BUSY busy true 1 0");
  all.database.query(
      "UPDATE vobiz.hangup_causes SET counts_for_ner = true WHERE hangup_cause = "
      "'ORIGINATOR_CANCEL'");
  EXPECT_EQ(line(all, "network_effective_calls",
                 "vobiz_bi.kpi_daily WHERE account_id = 'MA_1' AND day = '2026-03-10'"),
            "4");
  // MOS 4.2 and 2.8 are measured values, 0 is not; its row's jitter does not count.
  EXPECT_EQ(line(all,
                 "answered measured_calls measured_percent average_mos_points poor_calls "
                 "poor_call_percent "
                 "average_jitter_milliseconds average_packet_loss_percent",
                 "vobiz_bi.quality_daily WHERE account_id = 'MA_1' AND day = '2026-03-10'"),
            "2 2 100.00 3.500 1 50.00 3.500 0.500");
  EXPECT_EQ(line(all, "measured_calls average_mos_points",
                 "vobiz_bi.quality_daily WHERE day = '2026-03-11'"),
            "0 -");
}

TEST(views, never_add_currencies_together) {
  store all;
  all.calls(
      {call(1, R"("currency":"INR","total_cost":"1","billsec":60,"call_direction":"inbound")"),
       call(2, R"("currency":"USD","total_cost":"2","billsec":60,"call_direction":"inbound")")});
  EXPECT_EQ(line(all, "attempts currency total_cost cost_per_minute", "vobiz_bi.kpi_daily"),
            "2 - - -");
  EXPECT_EQ(line(all, "currency rank total_cost share_percent",
                 "(SELECT * FROM vobiz_bi.top_customers_monthly ORDER BY currency) t"),
            "INR 1 1 100.00\nUSD 1 2 100.00");
}

TEST(views, find_the_peak_of_calls_at_once) {
  store all;
  small_world(all);
  EXPECT_EQ(line(all, "scope account_name peak_calls peak_at limit_used_percent",
                 "(SELECT * FROM vobiz_bi.concurrency_daily WHERE day = '2026-03-10' ORDER BY "
                 "scope DESC, account_id) c"),
            "partner - 4 2026-03-10 10:01:06+00 -\naccount Example Traders 3 2026-03-10 "
            "10:01:05+00 75.0\n"
            "account Example Travels 1 2026-03-10 10:01:06+00 -");
}

TEST(views, rank_customers_of_a_month) {
  store all;
  small_world(all);
  EXPECT_EQ(line(all, "currency rank account_name attempts total_cost share_percent",
                 "(SELECT * FROM vobiz_bi.top_customers_monthly WHERE month = '2026-03-01' ORDER "
                 "BY currency, rank) t"),
            "INR 1 Example Traders 5 1.80 75.00\nINR 2 Example Travels 1 0.6 25.00\nUSD 1 Example "
            "Traders 1 0.4 100.00");
}

TEST(views, show_the_worst_window_of_a_day) {
  store all;
  auto const window = [&](char const* scope, char const* state, int total, int stored,
                          char const* proof) {
    all.database.query(
        "INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, api_total, rows, "
        "proof, proven_at, read_at) "
        "VALUES ('PA_EXAMPLE01', 'cdrs', '" +
        std::string(scope) + "', '2026-03-10', '" + state + "', " + std::to_string(total) + ", " +
        std::to_string(stored) + ", " + proof + ", now(), now())");
  };
  auto const day = [&] {
    return line(all, "state scopes proven_scopes api_total_rows stored_rows missing_rows proof",
                "vobiz_bi.completeness_calendar");
  };
  window("*", "forbidden", 0, 0, "NULL");
  EXPECT_EQ(day(), "forbidden 1 0 0 0 0 -");
  all.database.query("UPDATE vobiz_sync.windows SET api_total = NULL");
  window("MA_1", "proven", 5, 5, "'total+summary'");
  EXPECT_EQ(day(), "proven 1 1 5 5 0 total+summary");
  window("MA_2", "proven", 2, 2, "'total'");
  EXPECT_EQ(day(), "proven 2 2 7 7 0 total");
  window("MA_3", "mismatch", 4, 1, "NULL");
  EXPECT_EQ(day(), "mismatch 3 2 11 8 3 -");
  all.database.query(
      "UPDATE vobiz_sync.windows SET state = 'proven', proof = 'total', api_total = 9, rows = 9 "
      "WHERE scope = '*'");
  EXPECT_EQ(day(), "mismatch 4 3 9 9 0 -");
}

TEST(views, explain_every_view_and_column) {
  store all;
  EXPECT_EQ(all.value("SELECT string_agg(c.oid::regclass || coalesce('.' || a.attname, ''), ' ') "
                      "FROM pg_class c\n"
                      "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0\n"
                      "WHERE relnamespace IN ('vobiz_bi'::regnamespace, 'vobiz'::regnamespace) AND "
                      "relkind = 'v'\n"
                      "  AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, "
                      "'pg_class') IS NULL)"),
            "");
  EXPECT_GE(std::stoi(all.value("SELECT count(*) FROM pg_views WHERE schemaname = 'vobiz_bi'")),
            17);
}

// All dates but those that are named utc_day.
TEST(views, say_of_which_zone_their_days_are) {
  store all;
  auto const dates = std::string(
      "FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0\n"
      "WHERE relnamespace IN ('vobiz_bi'::regnamespace, 'vobiz'::regnamespace) AND relkind = 'v' "
      "AND a.atttypid = 'date'::regtype\n");
  EXPECT_EQ(all.value("SELECT string_agg(c.oid::regclass || '.' || a.attname, ' ') " + dates +
                      "AND a.attname <> 'utc_day' "
                      "AND col_description(c.oid, a.attnum) !~ 'settings\\.timezone|UTC day'"),
            "");
  EXPECT_EQ(all.value("SELECT string_agg(DISTINCT c.oid::regclass::text, ' ') " + dates +
                      "AND obj_description(c.oid, 'pg_class') !~ 'settings\\.timezone|UTC day'"),
            "");
  EXPECT_GE(std::stoi(all.value("SELECT count(*) " + dates)), 25);
}

TEST(views, compare_numbers_with_or_without_a_plus) {
  store all;
  all.merge("numbers", R"({"items":[{"e164":"+919876500032"},{"e164":"919876500033"}]})");
  all.calls({call(1, R"("caller_id_number":"919876500032","destination_number":"+919876500033")"),
             call(2, R"("caller_id_number":"00919876500032","destination_number":"00912")"),
             call(3, R"("caller_id_number":"sip:a-b.c@example.com")")});
  EXPECT_EQ(
      line(all, "e164 calls",
           "(SELECT e164, count(call_uuid) AS calls FROM vobiz_bi.number_inventory LEFT JOIN "
           "vobiz_bi.calls ON number_key IN (caller_key, called_key) GROUP BY 1 ORDER BY 1) n"),
      "+919876500032 2\n919876500033 1");
  // As it is shown, nothing is taken from it.
  EXPECT_EQ(line(all, "caller_number caller_key called_number called_key",
                 "(SELECT * FROM vobiz_bi.calls ORDER BY call_uuid OFFSET 1) c"),
            "00919876500032 919876500032 00912 912\n"
            "sip:a-b.c@example.com sip:a-b.c@example.com - -");
  EXPECT_EQ(all.value("SELECT concat_ws(' ', vobiz.number_key('+91 (98765) 000-32'), "
                      "vobiz.number_key('919876****32'), vobiz.number_key('anonymous'), "
                      "coalesce(vobiz.number_key(NULL), 'null'))"),
            "919876500032 919876****32 anonymous null");
}

TEST(views, name_units_and_put_currencies_beside_amounts) {
  store all;
  // Names of amounts have no unit, so a view with amounts has a currency; other fractions name
  // their unit.
  EXPECT_EQ(
      all.value("SELECT string_agg(table_name || '.' || column_name, ' ') FROM "
                "information_schema.columns\n"
                "WHERE table_schema = 'vobiz_bi' AND data_type = 'numeric' AND column_name !~ "
                "'(_percent|_seconds|_minutes|_hours|_days|_milliseconds|_points|_rows)$'\n"
                "  AND column_name !~ "
                "'(cost|amount|balance|debit|credit|fee|_close|per_minute|_month|_by_then|debit_7_"
                "days|expected|actual|difference|value|threshold|usual)$'"),
      "");
  EXPECT_EQ(all.value("SELECT string_agg(column_name, ' ') FROM information_schema.columns WHERE "
                      "table_schema = 'vobiz_bi'\n"
                      "  AND column_name ~ '(_rate|_ratio|_share|^asr|^ner|^acd|pdd)$'"),
            "");
  EXPECT_EQ(
      all.value("SELECT string_agg(DISTINCT c.table_name, ' ') FROM information_schema.columns c\n"
                "WHERE table_schema = 'vobiz_bi' AND column_name ~ "
                "'(cost|amount|balance|debit|credit|fee|per_minute)$'\n"
                "  AND NOT EXISTS (SELECT FROM information_schema.columns o WHERE o.table_schema = "
                "'vobiz_bi'\n"
                "    AND o.table_name = c.table_name AND o.column_name = 'currency')"),
      "");
  EXPECT_EQ(
      all.value("SELECT string_agg(viewname, ' ') FROM pg_views v WHERE schemaname = 'vobiz_bi' "
                "AND NOT EXISTS (\n"
                "  SELECT FROM information_schema.columns c WHERE c.table_schema = 'vobiz_bi'\n"
                "    AND c.table_name = v.viewname AND c.column_name = 'partner_id')"),
      "");
}

TEST(views, have_one_name_for_one_thing) {
  store all;
  EXPECT_EQ(all.value("SELECT string_agg(table_name || '.' || column_name, ' ') FROM "
                      "information_schema.columns\n"
                      "WHERE table_schema = 'vobiz_bi' AND column_name IN ('direction', "
                      "'billable_seconds', 'duration_seconds', 'customer', 'billing_date')"),
            "");
  small_world(all);
  EXPECT_EQ(line(all, "day account_name call_direction context billsec duration",
                 "vobiz_bi.calls WHERE call_uuid = '" + uuid(1) + "'"),
            "2026-03-10 Example Traders outbound voice_api 90 100");
}

TEST(reader, reads_every_view_and_can_change_nothing) {
  store all;
  small_world(all);
  pqxx::work transaction(all.database.connection());
  auto const views = transaction.exec(
      "SELECT schemaname || '.' || viewname FROM pg_views WHERE schemaname LIKE 'vobiz%'");
  auto const functions = transaction.exec(
      "SELECT oid::regprocedure::text, has_function_privilege('vobiz_reader', oid, 'EXECUTE') FROM "
      "pg_proc\n"
      "WHERE pronamespace::regnamespace::text LIKE 'vobiz%' AND provolatile = 'v'");
  transaction.exec("SET LOCAL ROLE vobiz_reader");
  EXPECT_GT(views.size(), 20u);
  for (auto const& view : views) {
    EXPECT_NO_THROW(transaction.exec("SELECT * FROM " + std::string(view[0].c_str())))
        << view[0].c_str();
  }
  EXPECT_GT(functions.size(), 8u);
  for (auto const& function : functions)
    EXPECT_FALSE(function[1].as<bool>()) << function[0].c_str();
  for (auto const* forbidden :
       {"UPDATE vobiz.settings SET timezone = 'UTC'", "DELETE FROM vobiz.hangup_causes",
        "DELETE FROM vobiz_sync.rollup_marks", "SELECT count(*) FROM vobiz_part.cdrs_default",
        "SELECT vobiz_sync.rebuild_rollups('UTC')", "CREATE VIEW vobiz_bi.mine AS SELECT 1"}) {
    pqxx::subtransaction attempt(transaction);
    EXPECT_THROW(attempt.exec(forbidden), pqxx::insufficient_privilege) << forbidden;
    attempt.abort();
  }
}

}  // namespace
}  // namespace vobiz::sink
