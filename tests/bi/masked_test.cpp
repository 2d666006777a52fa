#include "from_scratch.hpp"

// Roles that must not see the numbers that people called.
namespace vobiz::sink {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A role for this test with the rights that an administrator grants; dropped by the destructor.
class masked_reader {
public:
  explicit masked_reader(store& all) : all_(all) {
    all_.database.query("CREATE ROLE " + name);
    all_.database.query("SELECT vobiz_sync.let_read_masked('" + name + "')");
  }
  masked_reader(masked_reader const&) = delete;
  masked_reader& operator=(masked_reader const&) = delete;
  ~masked_reader() {
    all_.database.query("DROP OWNED BY " + name);
    all_.database.query("DROP ROLE " + name);
  }
  std::string const name = "reader_of_masked_numbers";

private:
  store& all_;
};

void world_with_numbers(store& all) {
  all.merge(
      "accounts",
      R"({"accounts":[{"auth_id":"MA_1","name":"Example Traders","phone":"+919876500031"}]})");
  all.merge("numbers", R"({"items":[{"e164":"+919876500032","account_id":"MA_1","currency":"INR",
    "next_billing_date":"2026-04-01T00:00:00Z"}]})");
  all.calls({call(1, R"("caller_id_number":"919876500033","destination_number":"919876500034",
    "caller_id_name":"919876500035","start_of_no_column":"919876500036")"),
             call(2, R"("destination_number":"sip:someone@example.com")")});
  all.database.query(
      "INSERT INTO vobiz.reconciliation_breaks (partner_id, billing_day, check_name, kind, "
      "row_key, account_id, currency, last_run_id, rule_version) VALUES ('" +
      all.partner +
      "', '2026-03-10', 'number_rental', 'charged_twice', '919876500032', 'MA_1', 'INR', 1, 1)");
}

TEST(masked_reader, reads_every_view_and_sees_no_number) {
  store all;
  world_with_numbers(all);
  masked_reader const reader(all);
  pqxx::work transaction(all.database.connection());
  transaction.exec("SET LOCAL jit = off");
  auto const views =
      transaction.exec("SELECT viewname FROM pg_views WHERE schemaname = 'vobiz_bi'");
  std::string seen;
  std::string whole;
  for (auto const& view : views) {
    auto const text = "SELECT coalesce(string_agg(v::text, E'\\n'), '') FROM vobiz_bi." +
                      std::string(view[0].c_str()) + " v";
    transaction.exec("SET LOCAL ROLE " + reader.name);
    seen += transaction.exec(text)[0][0].c_str();
    transaction.exec("SET LOCAL ROLE vobiz_reader");
    whole += transaction.exec(text)[0][0].c_str();
    transaction.exec("RESET ROLE");
  }
  EXPECT_THAT(seen, Not(HasSubstr("98765000")));
  EXPECT_THAT(seen, Not(HasSubstr("someone@")));
  for (auto const* masked :
       {"+919876****32", "919876****32", "919876****33", "919876****34", "****"})
    EXPECT_THAT(seen, HasSubstr(masked));
  for (auto const* number :
       {"+919876500032", "919876500033", "919876500034", "sip:someone@example.com"})
    EXPECT_THAT(whole, HasSubstr(number));
}

TEST(masked_reader, reads_no_personal_column_of_a_table) {
  store all;
  masked_reader const reader(all);
  pqxx::work transaction(all.database.connection());
  auto const personal =
      transaction.exec("SELECT relation::text, column_name FROM vobiz_sync.personal_columns()");
  EXPECT_GT(personal.size(), 20u);
  transaction.exec("SET LOCAL ROLE " + reader.name);
  EXPECT_NO_THROW(transaction.exec("SELECT uuid, billsec, total_cost FROM vobiz.cdrs"));
  for (auto const& column : personal) {
    pqxx::subtransaction attempt(transaction);
    EXPECT_THROW(
        attempt.exec("SELECT " + std::string(column[1].c_str()) + " FROM " + column[0].c_str()),
        pqxx::insufficient_privilege)
        << column[0].c_str() << "." << column[1].c_str();
    attempt.abort();
  }
}

// A new column counts as personal by its name until an exception is added here.
TEST(personal_columns, leave_out_none_that_sounds_like_one) {
  store all;
  EXPECT_EQ(all.value(R"(
SELECT string_agg(c.table_name || '.' || c.column_name, ' ') FROM information_schema.columns c
WHERE c.table_schema IN ('vobiz', 'vobiz_sync')
  AND c.column_name ~ '(number|e164|phone|email|address|zip|google|^extra|payload|^description)$'
  AND NOT EXISTS (SELECT FROM vobiz_sync.personal_columns() p
    WHERE p.relation = format('%I.%I', c.table_schema, c.table_name)::regclass AND p.column_name = c.column_name)
  AND c.data_type IN ('text', 'jsonb')
  AND c.table_name !~ '^(analytics|dashboard|pricing|account_balances|hangup)')"),
            "");
}

}  // namespace
}  // namespace vobiz::sink
