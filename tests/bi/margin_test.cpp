#include "sink/store.hpp"
#include "vobiz/sink/wholesale_rates.hpp"

// vobiz.wholesale_rates and the views over it, with values computed by hand.
namespace vobiz::sink {
namespace {

wholesale_rate rate(std::string const& prefix, std::string const& price, std::string const& pulse,
                    std::string const& from = "2026-01-01",
                    std::optional<std::string> const& to = std::nullopt) {
  return {prefix, "outbound", "INR", price, pulse, from, to};
}

class margin : public ::testing::Test {
protected:
  std::int64_t import(std::vector<wholesale_rate> const& rates) {
    return replace_wholesale_rates(*connect(all.database.settings()), all.partner, rates);
  }

  void call_to(int number, std::string const& called, std::string const& more,
               std::string const& start = "2026-03-10T10:00:00Z") {
    all.calls({call(number,
                    R"("call_direction":"outbound","currency":"INR","destination_number":")" +
                        called + "\"," + more,
                    start)},
              start.substr(0, 10).c_str());
  }

  // "prefix rate wholesale_cost margin" of a call, NULL as "-".
  std::string of_call(int number) {
    return all.value(
        "SELECT concat_ws(' ', coalesce(prefix, '-'), coalesce(wholesale_rate_per_minute::text, "
        "'-'), coalesce(trim_scale(wholesale_cost)::text, '-'), "
        "coalesce(trim_scale(margin_amount)::text, "
        "'-')) FROM vobiz_bi.call_margin WHERE call_uuid = '" +
        uuid(number) + "'");
  }

  // "prefix from to price" of each rate.
  std::string rates() {
    return all.value(
        "SELECT string_agg(concat_ws(' ', prefix, valid_from, coalesce(valid_to::text, '-'), "
        "rate_per_minute), E'\\n' ORDER BY prefix, valid_from) FROM vobiz.wholesale_rates");
  }

  store all;
};

TEST_F(margin, is_of_the_longest_prefix_that_is_valid_on_the_day) {
  import({rate("", "0.90", "60"), rate("91", "0.30", "60"), rate("9198", "0.24", "1"),
          rate("919876", "0.12", "60", "2026-03-11")});
  call_to(1, "919876500001", R"("billsec":61,"cost":"1.5")");
  // 23:59:59 and midnight in Kolkata, where the longer prefix holds from the 11th on.
  call_to(2, "+919876500001", R"("billsec":61,"cost":"1.5")", "2026-03-10T18:29:59Z");
  call_to(3, "00919876500001", R"("billsec":61,"cost":"1.5")", "2026-03-10T18:30:00Z");
  call_to(4, "910000000001", R"("billsec":61,"cost":"0.5")");
  call_to(5, "sip:someone@example.com", R"("billsec":60,"cost":"1")");
  call_to(6, "91", R"("billsec":0,"cost":"0.02")");
  EXPECT_EQ(of_call(1), "9198 0.24 0.244 1.256");
  EXPECT_EQ(of_call(2), "9198 0.24 0.244 1.256");
  EXPECT_EQ(of_call(3), "919876 0.12 0.24 1.26");
  EXPECT_EQ(of_call(4), "91 0.30 0.6 -0.1");
  EXPECT_EQ(of_call(5), " 0.90 0.9 0.1");
  EXPECT_EQ(of_call(6), "91 0.30 0 0.02");
}

TEST_F(margin, is_unknown_without_a_rate_of_day_direction_currency_and_partner) {
  auto const old = rate("91", "0.30", "60", "2026-01-01", "2026-03-09");
  auto inbound = rate("91", "0.30", "60");
  inbound.direction = "inbound";
  auto dollars = rate("91", "0.30", "60");
  dollars.currency = "USD";
  import({old, inbound, dollars});
  replace_wholesale_rates(*connect(all.database.settings()), "PA_OTHER", {rate("91", "1", "60")});
  call_to(1, "919876500001", R"("billsec":61,"cost":"1.5")");
  call_to(2, "919876500001", R"("billsec":61,"cost":"1.5")", "2026-03-09T18:29:59Z");
  EXPECT_EQ(of_call(1), "- - - -");
  EXPECT_EQ(of_call(2), "91 0.30 0.6 0.9");
}

TEST_F(margin, adds_up_by_day_and_month_and_says_what_it_lacks) {
  all.merge("accounts", R"({"accounts":[{"auth_id":"MA_1","name":"Example Traders"}]})");
  import({rate("91", "0.30", "60")});
  call_to(1, "919876500001", R"("billsec":61,"cost":"1.5")");
  call_to(2, "919876500001", R"("billsec":10,"cost":"1")", "2026-03-10T18:29:59Z");
  call_to(3, "919876500001", R"("billsec":10,"cost":"1")", "2026-03-10T18:30:00Z");
  call_to(4, "449876500001", R"("billsec":10,"cost":"7")");
  call_to(5, "919876500001", R"("billsec":10,"cost":"9")");
  all.by_hand("UPDATE vobiz.cdrs SET removed_at = now() WHERE uuid = '" + uuid(5) + "'");
  auto const lines = [&](std::string const& view, std::string const& day) {
    return all.value("SELECT string_agg(concat_ws(' ', " + day +
                     ", account_name, currency, calls, unrated_calls, billsec, cost, "
                     "unrated_cost, trim_scale(wholesale_cost), trim_scale(margin_amount), "
                     "margin_percent), E'\\n' ORDER BY " +
                     day + ") FROM vobiz_bi." + view);
  };
  EXPECT_EQ(lines("margin_daily", "day"),
            "2026-03-10 Example Traders INR 3 1 81 9.5 7 0.9 1.6 64.00\n"
            "2026-03-11 Example Traders INR 1 0 10 1 0 0.3 0.7 70.00");
  EXPECT_EQ(lines("margin_monthly", "month"),
            "2026-03-01 Example Traders INR 4 1 91 10.5 7 1.2 2.3 65.71");
}

TEST_F(margin, rates_replace_what_there_was_for_their_days) {
  EXPECT_EQ(import({rate("91", "0.30", "60"), rate("92", "0.50", "60")}), 2);
  EXPECT_EQ(import({rate("91", "0.20", "60", "2026-03-01", "2026-03-31")}), 1);
  EXPECT_EQ(rates(),
            "91 2026-01-01 2026-02-28 0.30\n91 2026-03-01 2026-03-31 0.20\n"
            "91 2026-04-01 - 0.30\n92 2026-01-01 - 0.50");
  // The same again is nothing new, and writes nothing.
  auto const rows = "SELECT string_agg(xmin::text || ctid::text, ' ') FROM vobiz.wholesale_rates";
  auto const before = all.value(rows);
  EXPECT_EQ(import({rate("91", "0.20", "60", "2026-03-01", "2026-03-31")}), 0);
  EXPECT_EQ(all.value(rows), before);
  // Over the middle of two, and over all.
  EXPECT_EQ(import({rate("91", "0.10", "30", "2026-03-15", "2026-04-15")}), 1);
  EXPECT_EQ(rates(),
            "91 2026-01-01 2026-02-28 0.30\n91 2026-03-01 2026-03-14 0.20\n"
            "91 2026-03-15 2026-04-15 0.10\n91 2026-04-16 - 0.30\n92 2026-01-01 - 0.50");
  EXPECT_EQ(import({rate("91", "0.40", "60", "2025-01-01")}), 1);
  EXPECT_EQ(rates(), "91 2025-01-01 - 0.40\n92 2026-01-01 - 0.50");
  EXPECT_EQ(import({}), 0);
}

TEST_F(margin, one_bad_rate_leaves_all_as_it_was) {
  import({rate("91", "0.30", "60")});
  EXPECT_THROW(import({rate("92", "0.30", "60"), rate("+93", "0.30", "60")}), core::failure);
  EXPECT_EQ(rates(), "91 2026-01-01 - 0.30");
  // What \copy may bring is held to the same.
  for (auto const* row :
       {"'x', 'outbound', 'INR', 1, 60, '2026-01-01'", "'91', 'both', 'INR', 1, 60, '2026-01-01'",
        "'91', 'outbound', 'Rs', 1, 60, '2026-01-01'",
        "'91', 'outbound', 'INR', -1, 60, '2026-01-01'",
        "'91', 'outbound', 'INR', 'NaN', 60, '2026-01-01'",
        "'91', 'outbound', 'INR', 1, 0, '2026-01-01'",
        "'91', 'outbound', 'INR', 1, 60, 'infinity'"}) {
    EXPECT_THROW(all.database.query("INSERT INTO vobiz.wholesale_rates (partner_id, prefix, "
                                    "call_direction, currency, rate_per_minute, pulse, valid_from) "
                                    "VALUES ('PA_1', " +
                                    std::string(row) + ")"),
                 pqxx::check_violation)
        << row;
  }
}

TEST_F(margin, is_what_the_service_may_write_and_readers_may_read) {
  auto const connection =
      connect(testing::settings_for(all.database.name(), testing::service_login));
  EXPECT_EQ(replace_wholesale_rates(*connection, all.partner, {rate("9198765", "0.30", "60")}), 1);
  EXPECT_EQ(replace_wholesale_rates(*connection, all.partner,
                                    {rate("9198765", "0.3", "60", "2026-02-01")}),
            1);
  call_to(1, "919876500001", R"("billsec":61,"cost":"1.5")");
  all.database.query("CREATE ROLE reader_of_margin IN ROLE vobiz_reader");
  all.database.query("CREATE ROLE masked_reader_of_margin");
  all.database.query("SELECT vobiz_sync.let_read_masked('masked_reader_of_margin')");
  auto const seen_by = [&](std::string const& role) {
    pqxx::work transaction(all.database.connection());
    transaction.exec("SET LOCAL ROLE " + role);
    return std::string(
        transaction
            .exec("SELECT concat_ws(' ', called_number, prefix, trim_scale(margin_amount)) "
                  "FROM vobiz_bi.call_margin")[0][0]
            .c_str());
  };
  EXPECT_EQ(seen_by("reader_of_margin"), "919876500001 9198765 0.9");
  // The prefix does not tell more of the number than its mask.
  EXPECT_EQ(seen_by("masked_reader_of_margin"), "919876****01 919876 0.9");
  for (auto const* role : {"reader_of_margin", "masked_reader_of_margin"}) {
    all.database.query("DROP OWNED BY " + std::string(role));
    all.database.query("DROP ROLE " + std::string(role));
  }
}

}  // namespace
}  // namespace vobiz::sink
