"""Grafana's alert rules: each raised once and once not, in a database that fill.sh has filled and that is changed
for it in a transaction that never commits."""
import csv
import io
import re
import unittest

import grafana
from reader import ask, psql

# A customer with calls, and one row of it for others to be made of.
CUSTOMER = """(SELECT account_id FROM vobiz_sync.usage_days WHERE partner_id = 'PA_ACME' GROUP BY 1
  ORDER BY count(*) DESC, 1 LIMIT 1)"""
RICH, POOR = (f"UPDATE vobiz.accounts SET cash_credits = {amount}, postpaid = false; "
              f"UPDATE vobiz.account_balances SET cash_credits = {amount};" for amount in (1000000, -1))
NO_MARKS = "DELETE FROM vobiz_sync.rollup_marks;"


def made_of(table, key, **values):
    """SQL: rows of the table, made of one of them. What is not named stays as it is."""
    named = ", ".join(f"'{name}', {value}" for name, value in values.items())
    return (f"INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, to_jsonb(b) || "
            f"jsonb_build_object({named}))).* "
            f"FROM (SELECT * FROM {table} WHERE account_id = {CUSTOMER} AND {key} LIMIT 1) b")


def calls_at(time, attempts):
    return made_of("vobiz.usage_buckets", "true", bucket_start=f"date_bin('15 minutes', {time}, '2000-01-01Z')",
                   hour=f"date_trunc('hour', {time}, 'Asia/Kolkata')", attempts=attempts, context="'made'") + ";"


def ends_at(time, cause, attempts, answered):
    return made_of("vobiz.hangup_buckets", "true", bucket_start=time, hangup_cause=f"'{cause}'", attempts=attempts,
                   answered=answered) + ";"


def days(first, last, cost):
    return made_of("vobiz_sync.usage_days", "currency = 'INR'", day="d.day", total_cost=cost, context="'made'") + (
        f" CROSS JOIN (SELECT day::date FROM generate_series('{first}'::timestamp, '{last}', '1 day') g(day)) d;")


class alerts(unittest.TestCase):
    def setUp(self):
        self.rules = {rule["uid"].removeprefix("vobiz-"): rule for rule in grafana.rules()}
        self.customer = ask(f"SELECT {CUSTOMER}").rows[0][0]

    def raised(self, name, change, today=None):
        sql = self.rules[name]["data"][0]["model"]["rawSql"]
        if today:
            sql = sql.replace("vobiz.billing_day(now())", f"date '{today}'")
        rows = psql(f"BEGIN;\n{NO_MARKS}\n{change}\nSET LOCAL ROLE vobiz_reader;\n{sql};\nROLLBACK;\n")
        return list(csv.DictReader(io.StringIO(rows)))

    def customers(self, name, change):
        return [row["account_id"] for row in self.raised(name, change)]

    def test_are_what_grafana_evaluates(self):
        """Texts are labels, one number is the value, and texts and links name nothing else."""
        for name, rule in self.rules.items():
            with self.subTest(name):
                statement, condition = rule["data"]
                self.assertEqual((statement["model"]["format"], rule["condition"]), ("table", "B"))
                self.assertEqual(condition["model"]["expression"], "A")
                # Grafana's provisioning would take it for a variable of its environment or of a time range.
                self.assertNotIn("$", statement["model"]["rawSql"])
                answer = ask(statement["model"]["rawSql"])
                labels = {c for c, kind in zip(answer.columns, answer.types, strict=True) if kind == "text"}
                self.assertEqual(len(answer.columns) - len(labels), 1)
                self.assertEqual(answer.types[-1], "numeric")
                said = " ".join(rule["annotations"].values())
                self.assertLessEqual(set(re.findall(r"\$labels\.(\w+)", said)), labels)
                self.assertNotIn("${", said)
                self.assertRegex(rule["for"], r"^\d+[smh]$")

    def test_have_an_id_a_severity_and_a_line_in_the_manual(self):
        manual = (grafana.SOURCE / "docs/dashboards.md").read_text()
        self.assertEqual(len(self.rules), len(grafana.rules()))
        for rule in grafana.rules():
            self.assertIn(rule["labels"]["severity"], ("warning", "critical"))
            self.assertIn(f"| {rule['title']} |", manual)
            self.assertRegex(rule["uid"], r"^[a-z-]{1,40}$")

    def test_wallet(self):
        self.assertEqual(self.raised("wallet-runs-dry", RICH), [])
        self.assertIn(self.customer, self.customers("wallet-runs-dry", POOR))
        self.assertEqual({row["days_left"] for row in self.raised("wallet-runs-dry", POOR)}, {"0"})
        self.assertEqual(self.raised("wallet-runs-dry", POOR + "UPDATE vobiz.accounts SET postpaid = true;"), [])

    def test_renewals(self):
        due = ("UPDATE vobiz.numbers SET currency = 'INR', monthly_fee = 100, "
               "next_billing_date = now() + interval '2 days';")
        self.assertEqual(self.raised("renewals-not-covered", RICH + due), [])
        self.assertIn(self.customer, self.customers("renewals-not-covered", POOR + due))
        later = "UPDATE vobiz.numbers SET next_billing_date = now() + interval '9 days';"
        self.assertEqual(self.raised("renewals-not-covered", POOR + due + later), [])

    def test_customer_who_stopped(self):
        usual = f"UPDATE vobiz_sync.usage_days SET attempts = 30 WHERE account_id = '{self.customer}';"
        silent = f"DELETE FROM vobiz.usage_buckets WHERE account_id = '{self.customer}' " \
            "AND bucket_start >= now() - interval '24 hours';"
        self.assertEqual(self.customers("customer-stopped", usual + silent), [self.customer])
        self.assertEqual(self.customers("customer-stopped", usual + calls_at("now() - interval '1 hour'", 1)), [])
        # A mirror that is behind says nothing of its customers.
        behind = "UPDATE vobiz_sync.streams SET state = 'failing' WHERE stream = 'cdrs';"
        self.assertEqual(self.customers("customer-stopped", usual + silent + behind), [])

    def test_no_calls_at_all(self):
        silent = "DELETE FROM vobiz.usage_buckets WHERE bucket_start >= now() - interval '2 hours 15 minutes';"
        a_week_ago = calls_at("now() - interval '7 days 1 hour'", 25)
        found = self.raised("traffic-stopped", a_week_ago + silent)
        # The hour decides whether the other partner, which is as silent, had enough calls a week ago.
        self.assertIn("PA_ACME", [row["partner_id"] for row in found])
        last = calls_at("now() - interval '20 minutes'", 1)
        found = self.raised("traffic-stopped", a_week_ago + silent + last)
        self.assertNotIn("PA_ACME", [row["partner_id"] for row in found])

    def test_calls_that_do_not_get_through(self):
        none = "DELETE FROM vobiz.hangup_buckets WHERE account_id <> " + CUSTOMER + ";"
        before = ends_at("now() - interval '3 days'", "NORMAL_CLEARING", 900, 800)
        good = ends_at("now() - interval '1 hour'", "NORMAL_CLEARING", 90, 80)
        not_picked_up = ends_at("now() - interval '1 hour'", "NO_ANSWER", 200, 0)
        no_route = ends_at("now() - interval '1 hour'", "NETWORK_OUT_OF_ORDER", 200, 0)
        for name, is_raised in (("ner-fell", (False, False, True)), ("answer-rate-fell", (False, True, True))):
            for now, wanted in zip((good, not_picked_up, no_route), is_raised, strict=True):
                with self.subTest(name, now=now):
                    self.assertEqual(self.customers(name, before + now + none), [self.customer] if wanted else [])

    def test_spend_that_jumps(self):
        none = f"DELETE FROM vobiz_sync.usage_days WHERE day = vobiz.billing_day(now()) OR account_id <> {CUSTOMER};"
        today = "vobiz.billing_day(now())"
        usual = made_of("vobiz_sync.usage_days", "currency = 'INR'", day=f"{today} - 3", total_cost=50,
                        context="'made'") + ";"
        self.assertEqual(self.customers("spend-spike", none + usual), [])
        jump = made_of("vobiz_sync.usage_days", "currency = 'INR'", day=today, total_cost=100000,
                       context="'made'") + ";"
        self.assertEqual(self.customers("spend-spike", none + usual + jump), [self.customer])

    def test_forecast_of_the_month(self):
        none = "DELETE FROM vobiz_sync.usage_days WHERE context <> 'made';"
        february = days("2026-02-01", "2026-02-28", 100)

        def forecast(day, *parts):
            return [(row["direction"], row["percent"]) for row in
                    self.raised("month-end-forecast", "".join(parts) + none, day)]

        # 31 days of 150 against 28 of 100; the day that is not over does not count.
        self.assertEqual(forecast("2026-03-20", february, days("2026-03-01", "2026-03-20", 150)), [("above", "66.1")])
        self.assertEqual(forecast("2026-03-20", february, days("2026-03-01", "2026-03-20", 60)), [("below", "33.6")])
        self.assertEqual(forecast("2026-03-20", february, days("2026-03-01", "2026-03-20", 100)), [])
        self.assertEqual(forecast("2026-03-05", february, days("2026-03-01", "2026-03-05", 150)), [])
        # A month that the mirror has in part is none to compare with.
        self.assertEqual(forecast("2026-03-20", days("2026-02-10", "2026-02-28", 100),
                                  days("2026-03-01", "2026-03-20", 150)), [])


if __name__ == "__main__":
    unittest.main()
