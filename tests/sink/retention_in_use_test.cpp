#include "retention_store.hpp"

// Months that objects and transactions of others use when they should be dropped.
namespace vobiz::sink {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_F(retention, waits_for_readers_instead_of_stopping_everybody) {
  step();
  a_day_passes();
  auto const reader = connect(all.database.settings());
  pqxx::work reading(*reader);
  reading.exec("SELECT count(*) FROM vobiz.cdrs");
  auto const session = "the transaction of session " +
                       std::string(reading.exec("SELECT pg_backend_pid()")[0][0].c_str()) + " (\"" +
                       reading.exec("SELECT current_user")[0][0].c_str() + "\")";
  EXPECT_THAT(step(), ElementsAre("busy cdrs_2026_01 2: " + session));
  EXPECT_EQ(all.value("SELECT count(*) FROM vobiz.cdrs"), "4");
  EXPECT_EQ(held(), "2026-01-01 " + session + ", 2026-02-01 " + session);
  // Every cycle would make others wait; the next try comes after a pause.
  EXPECT_THAT(step(), IsEmpty());
  reading.commit();
  EXPECT_THAT(step(), IsEmpty());
  the_pause_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
  EXPECT_EQ(held(), "");
}

TEST_F(retention, goes_on_with_other_months_while_a_query_uses_one) {
  step();
  a_day_passes();
  auto const reader = connect(all.database.settings());
  pqxx::work reading(*reader);
  reading.exec("SELECT count(*) FROM vobiz_part.cdrs_2026_01");
  EXPECT_THAT(
      step(),
      ElementsAre(::testing::StartsWith("busy cdrs_2026_01 2: the transaction of session ")));
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
  EXPECT_EQ(partitions(), "cdrs_2026_01 cdrs_2026_03");
  reading.commit();
  the_pause_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

// Somebody rewrites a month, or has begun to: even its rows cannot be counted.
TEST_F(retention, goes_on_with_other_months_while_one_is_locked_altogether) {
  step();
  a_day_passes();
  auto const other = connect(all.database.settings());
  pqxx::work locking(*other);
  locking.exec("LOCK TABLE vobiz_part.cdrs_2026_01 IN ACCESS EXCLUSIVE MODE");
  EXPECT_THAT(
      step(),
      ElementsAre(::testing::StartsWith("busy cdrs_2026_01 2: the transaction of session ")));
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
}

struct use {
  char const* statements;
  char const* name;
};

TEST_F(retention, leaves_a_month_alone_that_objects_of_others_use_and_drops_the_others) {
  use const cases[] = {
      {"CREATE VIEW public.invoices AS SELECT account_id FROM vobiz_part.cdrs_2026_01",
       "view public.invoices"},
      {"CREATE MATERIALIZED VIEW public.sums AS SELECT count(*) FROM vobiz_part.cdrs_2026_01",
       "materialized view public.sums"},
      {"CREATE TABLE public.notes (a int); CREATE RULE copied AS ON INSERT TO public.notes DO "
       "ALSO\n"
       "SELECT count(*) FROM vobiz_part.cdrs_2026_01",
       "rule copied on public.notes"},
      {"ALTER TABLE vobiz_part.cdrs_2026_01 ADD CONSTRAINT keyed UNIQUE (id, start_time);\n"
       "CREATE TABLE public.disputes (id bigint, at timestamptz, CONSTRAINT about\n"
       "  FOREIGN KEY (id, at) REFERENCES vobiz_part.cdrs_2026_01 (id, start_time))",
       "table constraint about on public.disputes"},
      {"CREATE FUNCTION public.rows_of() RETURNS SETOF vobiz_part.cdrs_2026_01 LANGUAGE sql\n"
       "AS 'SELECT * FROM vobiz_part.cdrs_2026_01'",
       "function public.rows_of()"},
      {"CREATE TABLE public.copies (call vobiz_part.cdrs_2026_01)",
       "table column public.copies.call"},
  };
  for (auto const& c : cases) {
    all.database.query(c.statements);
    EXPECT_EQ(all.value("SELECT vobiz_sync.month_used_by('2026-01-01')"), c.name);
    EXPECT_THROW(all.database.query("DROP TABLE vobiz_part.cdrs_2026_01"), pqxx::sql_error);
    all.database.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    EXPECT_EQ(all.value("SELECT vobiz_sync.month_used_by('2026-01-01') IS NULL"), "t") << c.name;
  }
  all.database.query(cases[0].statements);
  EXPECT_THAT(step(), ElementsAre("announced cdrs_2026_01 2: in use by view public.invoices",
                                  "announced cdrs_2026_02 1"));
  a_day_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_EQ(held(), "2026-01-01 in use by view public.invoices");
  EXPECT_EQ(all.value("SELECT count(*) FROM public.invoices"), "2");
  all.database.query("DROP VIEW public.invoices");
  EXPECT_THAT(step(), IsEmpty());
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

TEST_F(retention, names_no_more_than_three_objects) {
  for (int n = 1; n <= 4; ++n) {
    all.database.query("CREATE VIEW public.v" + std::to_string(n) +
                       " AS SELECT uuid FROM vobiz_part.cdrs_2026_01");
  }
  EXPECT_EQ(all.value("SELECT vobiz_sync.month_used_by('2026-01-01')"),
            "view public.v1, view public.v2, view public.v3 and others");
}

// PostgreSQL drops these with their table.
TEST_F(retention, drops_a_month_with_what_belongs_to_it) {
  all.database.query(R"(
CREATE POLICY own ON vobiz_part.cdrs_2026_01 USING (account_id = current_user);
CREATE STATISTICS public.pairs ON account_id, uuid FROM vobiz_part.cdrs_2026_01;
CREATE INDEX own_index ON vobiz_part.cdrs_2026_01 ((lower(account_id)));
CREATE FUNCTION public.look() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER own AFTER UPDATE ON vobiz_part.cdrs_2026_01 FOR EACH ROW
  WHEN (NEW.account_id IS NOT NULL) EXECUTE FUNCTION public.look();
ALTER TABLE vobiz_part.cdrs_2026_01 ADD CONSTRAINT own CHECK (length(account_id) > 0);
CREATE PUBLICATION months FOR TABLE vobiz_part.cdrs_2026_01)");
  step();
  a_day_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

// Whatever else refuses: here a trigger of the whole database.
TEST_F(retention, names_what_refuses_to_drop_a_month_and_goes_on) {
  all.database.query(R"(
CREATE FUNCTION public.refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE object_name = 'cdrs_2026_01') THEN
    RAISE EXCEPTION 'tables of January are kept';
  END IF;
END $$;
CREATE EVENT TRIGGER refuse ON sql_drop EXECUTE FUNCTION public.refuse())");
  step();
  a_day_passes();
  EXPECT_THAT(step(), ElementsAre("held cdrs_2026_01 2: tables of January are kept"));
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_02 1"));
  EXPECT_EQ(held(), "2026-01-01 tables of January are kept");
  all.database.query("DROP EVENT TRIGGER refuse");
  the_pause_passes();
  EXPECT_THAT(step(), ElementsAre("dropped cdrs_2026_01 2"));
}

}  // namespace
}  // namespace vobiz::sink
