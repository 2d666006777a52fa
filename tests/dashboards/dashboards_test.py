"""Every statement of every dashboard, against a database that fill.sh has filled."""
import datetime
import time
import unittest

import grafana
from reader import ask, psql

NUMBERS = {"bigint", "integer", "numeric", "double precision"}

# Panels that are empty after fill.sh.
MAY_BE_EMPTY = {
    "Cycles that did not end well": "no cycle of fill.sh fails",
    "Fields the mirror does not know": "the simulator's answers hold no unknown field",
}


def seconds(text):
    try:
        return float(text)
    except ValueError:
        return datetime.datetime.fromisoformat(text + ":00" if text[-3] in "+-" else text).timestamp()


class dashboards(unittest.TestCase):
    def test_show_something_of_the_right_kind(self):
        """With the range and the variables that a dashboard opens with."""
        for dashboard in grafana.dashboards():
            values = grafana.defaults(dashboard, ask)
            if dashboard["uid"] == "vobiz-customer":
                # One with a break has something to show in every panel.
                values["account"] = ask(
                    "SELECT b.account_id FROM vobiz_bi.open_breaks b JOIN vobiz_bi.number_inventory USING (account_id) "
                    "JOIN vobiz_bi.calls USING (account_id) LIMIT 1").rows[0][0]
            start, end = grafana.time_range(dashboard["time"]["from"])
            for panel in grafana.panels(dashboard):
                for target in panel["targets"]:
                    with self.subTest(dashboard["title"], panel=panel["title"], target=target["refId"]):
                        self.check(panel, target, ask(grafana.expand(target["rawSql"], values, start, end)))

    def test_hours_of_every_customer_are_the_hours_of_all(self):
        """The first are computed from the customers' quarters of an hour, the second are stored."""
        everybody = [row[0] for row in ask("SELECT DISTINCT account_id FROM vobiz.usage_buckets").rows]
        dashboard, = (d for d in grafana.dashboards() if d["uid"] == "vobiz-traffic")
        values = grafana.defaults(dashboard, ask)
        start, end = grafana.time_range(dashboard["time"]["from"])
        targets = [t for p in grafana.panels(dashboard) for t in p["targets"]]
        statements = [t["rawSql"] for t in targets if "usage_hours" in t["rawSql"]]
        self.assertEqual(len(statements), 8)
        for sql in statements:
            with self.subTest(sql):
                kept = ask(grafana.expand(sql, values, start, end)).rows
                self.assertEqual(kept, ask(grafana.expand(sql, values | {"account": everybody}, start, end)).rows)

    def test_mark_the_days_that_are_not_proven(self):
        start, end = grafana.time_range("now-40d")
        for dashboard in grafana.dashboards():
            marks = [a["target"]["rawSql"] for a in dashboard["annotations"]["list"] if "target" in a]
            is_of_calls = dashboard["uid"] in ("vobiz-overview", "vobiz-traffic", "vobiz-spend", "vobiz-customer")
            self.assertEqual(len(marks), 1 if is_of_calls else 0)
            for sql in marks:
                answer = ask(grafana.expand(sql, grafana.defaults(dashboard, ask), start, end))
                self.assertEqual(answer.columns, ["time", "timeend", "text"])
                days = ask("SELECT count(DISTINCT utc_day) FROM vobiz_bi.completeness_calendar WHERE state <> 'proven' "
                           "AND stream IN ('cdrs', 'transactions') AND utc_day < (now() AT TIME ZONE 'UTC')::date").rows
                self.assertEqual(len(answer.rows), int(days[0][0]))

    def test_an_hour_without_calls_is_nought_only_where_that_is_known(self):
        dashboard, = (d for d in grafana.dashboards() if d["uid"] == "vobiz-traffic")
        panel, = (p for p in grafana.panels(dashboard) if p["title"] == "Calls" and p["type"] == "timeseries")
        day = ask("SELECT max(utc_day) FROM vobiz_bi.completeness_calendar WHERE stream = 'cdrs' AND state = 'proven'"
                  ).rows[0][0]
        start = datetime.datetime.fromisoformat(day + "T00:00:00+00:00")
        end = start + datetime.timedelta(hours=23)
        values = grafana.defaults(dashboard, ask) | {"account": ["nobody"]}
        sql = grafana.expand(panel["targets"][0]["rawSql"], values, start, end)
        hours = ask(sql).rows
        self.assertGreaterEqual(len(hours), 23)
        self.assertEqual({row[1] for row in hours}, {"0"})
        doubted = f"UPDATE vobiz_sync.windows SET state = '%s' WHERE stream = 'cdrs' AND day = '{day}';"
        try:
            psql(doubted % "mismatch")
            self.assertEqual({row[1] for row in ask(sql).rows}, {""})
        finally:
            psql(doubted % "proven")

    def test_one_title_is_one_number(self):
        """Whatever dashboard shows it, and wherever in a billing day the time range begins and ends."""
        shown = {}
        begin, end = grafana.time_range("now-9d")
        first = seconds(ask(f"SELECT vobiz.billing_day_start(vobiz.billing_day('{begin.isoformat()}'))").rows[0][0])
        for dashboard in grafana.dashboards():
            if dashboard["uid"] == "vobiz-customer":
                continue
            values = grafana.defaults(dashboard, ask)
            for hours in (0, 7):
                start = datetime.datetime.fromtimestamp(first + hours * 3600, datetime.UTC)
                for panel in grafana.panels(dashboard):
                    sql = panel["targets"][0]["rawSql"]
                    if panel["type"] == "stat" and "$__time" in sql and "utc_day" not in sql:
                        answer = ask(grafana.expand(sql, values, start, end))
                        shown.setdefault(panel["title"], {})[dashboard["title"], hours] = answer.rows[-1][-1]
        several = {title for title, numbers in shown.items() if len(numbers) > 2}
        self.assertLessEqual({"Calls", "Answer rate", "Minutes", "Spend (${currency})"}, several)
        for title, numbers in shown.items():
            with self.subTest(title, numbers=numbers):
                self.assertEqual(len(set(numbers.values())), 1)

    def check(self, panel, target, answer):
        if panel["title"] not in MAY_BE_EMPTY:
            self.assertTrue(any(any(row[len(row) > 1:]) for row in answer.rows), "nothing to show")
        # Grafana would show a date as midnight UTC.
        self.assertFalse({"date", "jsonb", "boolean", "interval"} & set(answer.types), answer.types)
        self.assertEqual(len(set(answer.columns)), len(answer.columns))
        if target["format"] == "time_series":
            self.check_series(answer)
        custom = panel["fieldConfig"]["defaults"].get("custom", {})
        if custom.get("drawStyle") == "bars" and target["refId"] == "A":
            # Bars of several series would hide each other.
            several = "metric" in answer.columns or len(answer.columns) > 2
            self.assertEqual(custom["stacking"]["mode"], "normal" if several else "none")
        if panel["type"] == "stat":
            compared = panel["options"].get("showPercentChange", False)
            self.assertEqual((len(answer.rows), len(answer.columns)), (2, 2) if compared else (1, 1))
            self.assertIn(answer.types[-1], NUMBERS)
            if compared:
                self.assertEqual((answer.columns[0], answer.types[0]), ("time", "timestamp with time zone"))
                self.assertLess(seconds(answer.rows[0][0]), seconds(answer.rows[1][0]))
        if panel["type"] == "barchart":
            self.assertEqual(answer.types[0], "text")
            self.assertTrue(set(answer.types[1:]) <= NUMBERS)
        if panel["type"] == "status-history":
            meanings = panel["fieldConfig"]["defaults"]["mappings"][0]["options"]
            self.assertTrue({row[2] for row in answer.rows} <= set(meanings))
        if panel["type"] == "table":
            self.check_table(panel, answer)

    def check_series(self, answer):
        self.assertEqual(answer.columns[0], "time")
        self.assertIn(answer.types[0], {"timestamp with time zone", "double precision", "numeric"})
        times = [seconds(row[0]) for row in answer.rows]
        self.assertEqual(times, sorted(times), "Grafana needs the rows by time")
        if "metric" in answer.columns:
            self.assertEqual(answer.columns, ["time", "metric", "value"])
            self.assertEqual(answer.types[1], "text")
            self.assertEqual(len({(row[0], row[1]) for row in answer.rows}), len(answer.rows), "a point twice")
        else:
            self.assertEqual(len(set(times)), len(times), "a point twice")
        self.assertTrue(set(answer.types[1:]) - {"text"} <= NUMBERS, answer.types)
        if "week before" in answer.columns[1]:
            self.assertGreater(times[-1], time.time() - 86400, "not moved to this week")

    def check_table(self, panel, answer):
        for override in panel["fieldConfig"]["overrides"]:
            if override["matcher"]["id"] != "byName":
                continue
            column = override["matcher"]["options"]
            self.assertIn(column, answer.columns)
            for property in override["properties"]:
                kind = answer.types[answer.columns.index(column)]
                if property["id"] == "unit" and property["value"] == "dateTimeAsIso":
                    self.assertEqual(kind, "timestamp with time zone", column)
                elif property["id"] == "unit":
                    self.assertIn(kind, NUMBERS, column)
                if property["id"] == "links" and "account_id" in property["value"][0]["url"]:
                    self.assertIn("account_id", answer.columns)
        shown = {o["matcher"]["options"] for o in panel["fieldConfig"]["overrides"]
                 if any(p["id"] == "unit" for p in o["properties"])}
        instants = {c for c, kind in zip(answer.columns, answer.types, strict=True) if kind.startswith("timestamp")}
        self.assertTrue(instants <= shown, "a time without a unit")

    def test_compare_with_the_days_before_up_to_the_same_time(self):
        """Seven days against the seven before: of the first of these the calls of the last hours do not count."""
        overview, = (d for d in grafana.dashboards() if d["uid"] == "vobiz-overview")
        panel, = (p for p in grafana.panels(overview) if p["title"] == "Calls")
        today = float(ask("SELECT extract(epoch FROM vobiz.billing_day_start(vobiz.billing_day(now())))").rows[0][0])
        end = datetime.datetime.now(datetime.UTC)
        start = datetime.datetime.fromtimestamp(today - 6 * 86400 + 5, datetime.UTC)
        sql = grafana.expand(panel["targets"][0]["rawSql"], grafana.defaults(overview, ask), start, end)
        before, now = (int(row[1]) for row in ask(sql).rows)
        counted = ask("""SELECT count(*) FILTER (WHERE b = 1), count(*) FILTER (WHERE b = 2),
  count(*) FILTER (WHERE b = 1 AND start_time >= now() - interval '7 days')
FROM (SELECT start_time, ceil((vobiz.billing_day(now()) + 1 - vobiz.billing_day(start_time)) / 7.0) AS b
  FROM vobiz.cdrs WHERE removed_at IS NULL) c""").rows[0]
        self.assertEqual(now, int(counted[0]))
        # The quarters of an hour that had begun by then.
        exact = int(ask("""SELECT count(*) FROM vobiz.cdrs WHERE removed_at IS NULL
  AND vobiz.billing_day(start_time) BETWEEN vobiz.billing_day(now()) - 13 AND vobiz.billing_day(now()) - 7
  AND date_bin('15 minutes', start_time, '2000-01-01Z') < now() - interval '7 days'""").rows[0][0])
        self.assertEqual(before, exact)
        self.assertLessEqual(before, int(counted[1]))
        self.assertGreater(before, 0)
        # A range that is over is compared whole.
        end = datetime.datetime.fromtimestamp(today - 1, datetime.UTC)
        before, now = (int(row[1]) for row in ask(grafana.expand(
            panel["targets"][0]["rawSql"], grafana.defaults(overview, ask), start, end)).rows)
        whole = ask("""SELECT count(*) FILTER (WHERE d BETWEEN 1 AND 6), count(*) FILTER (WHERE d BETWEEN 7 AND 12)
FROM (SELECT vobiz.billing_day(now()) - vobiz.billing_day(start_time) AS d FROM vobiz.cdrs WHERE removed_at IS NULL) c
""").rows[0]
        self.assertEqual([now, before], [int(n) for n in whole])

    def test_compare_with_nothing_that_was_not_mirrored(self):
        """Growth of a mirror is no growth of the business: infinity, against which Grafana shows no change."""
        for dashboard in grafana.dashboards():
            for panel in grafana.panels(dashboard):
                if not panel["options"].get("showPercentChange"):
                    continue
                with self.subTest(dashboard["title"], panel=panel["title"]):
                    start, end = grafana.time_range("now-30d")
                    values = grafana.defaults(dashboard, ask)
                    rows = ask(grafana.expand(panel["targets"][0]["rawSql"], values, start, end)).rows
                    self.assertEqual(rows[0][1], "Infinity")
                    self.assertNotIn(rows[1][1], ("", "0", "Infinity"))

    def test_a_healthy_night_is_in_order(self):
        """Where every check is ok that is due: what waits for its time, or for what the API lacks, is no fault."""
        dashboard, = (d for d in grafana.dashboards() if d["uid"] == "vobiz-reconciliation")
        start, end = grafana.time_range("now-35d")
        sql = {p["title"]: grafana.expand(p["targets"][0]["rawSql"], grafana.defaults(dashboard, ask), start, end)
               for p in grafana.panels(dashboard) if p["type"] != "table"}
        checks = [p for p in grafana.panels(dashboard) if p["title"] == "Checks"][0]
        meanings = [m["text"] for m in checks["fieldConfig"]["defaults"]["mappings"][0]["options"].values()]

        def night(reason):
            changes = ("BEGIN; UPDATE vobiz.reconciliation_breaks SET state = 'healed'; "
                       "UPDATE vobiz.reconciliation_results SET status = 'ok', reason = NULL, breaks = 0; "
                       f"UPDATE vobiz.reconciliation_results SET status = 'not_run', reason = {reason} "
                       "WHERE check_name = 'unrated';\nSET LOCAL ROLE vobiz_reader;\n")
            shown = [psql(changes + sql[title] + ";\nROLLBACK;\n").split("\n")[1]
                     for title in ("Open breaks", "Days with a break", "Checks not judged", "Days all in order")]
            states = {meanings[int(line.split(",")[2])]
                      for line in psql(changes + sql["Checks"] + ";\nROLLBACK;\n").split("\n")[1:-1]}
            return shown, states

        good = ["0", "0", "0", "100.0"]
        judged = ("'the day is judged from ' "
                  "|| to_char((now() %s) AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM-DD HH24:MI') || ' on'")
        self.assertEqual(night(judged % "+ interval '3 hours'"), (good, {"ok", "not due yet"}))
        self.assertEqual(night(judged % "- interval '3 hours'"), (good, {"ok", "not due yet"}))
        self.assertEqual(night("'the API does not offer analytics'"), (good, {"ok", "not offered by the API"}))
        # Nobody has judged it since it was due, or an input is missing.
        for reason in (judged % "- interval '27 hours'", "'2026-10-01 of cdrs was never read'"):
            shown, states = night(reason)
            self.assertEqual((shown[2] != "0", shown[3], states), (True, "0.0", {"ok", "not run"}))

    def test_find_single_calls_by_number_and_id(self):
        customer, = (d for d in grafana.dashboards() if d["uid"] == "vobiz-customer")
        panel, = (p for p in grafana.panels(customer) if p["title"] == "Single calls")
        values = grafana.defaults(customer, ask)
        start, end = grafana.time_range("now-35d")

        def found(number):
            return ask(grafana.expand(panel["targets"][0]["rawSql"], values | {"number": number}, start, end))

        every = found("")
        self.assertGreater(len(every.rows), 5)
        first = dict(zip(every.columns, every.rows[0], strict=True))
        self.assertEqual([row[-1] for row in found(first["call"]).rows], [first["call"]])
        number = first["to"].lstrip("+")
        alike = {row[-1] for row in every.rows if number in (row[2].lstrip("+"), row[3].lstrip("+"))}
        for text in (number, "+" + number, "00" + number, f"+{number[:2]} {number[2:7]}-{number[7:]}"):
            with self.subTest(text):
                self.assertEqual({row[-1] for row in found(text).rows}, alike)
        self.assertLess(len(alike), len(every.rows))
        self.assertEqual(found("0'0").rows, [])

    def test_take_each_value_of_their_variables(self):
        for dashboard in grafana.dashboards():
            opened = grafana.defaults(dashboard, ask)
            start, end = grafana.time_range(dashboard["time"]["from"])
            for variable in grafana.queries(dashboard):
                self.assertTrue(variable["offered"], f"nothing to choose: {variable['name']}")
                several = variable["offered"][:2] if variable["multi"] else variable["offered"][-1]
                values = opened | {variable["name"]: several}
                for panel in grafana.panels(dashboard):
                    for target in panel["targets"]:
                        with self.subTest(dashboard["title"], panel=panel["title"], variable=variable["name"]):
                            ask(grafana.expand(target["rawSql"], values, start, end))

    def test_all_is_all_of_them(self):
        """Calls of the overview and the traffic dashboard: the sum over the values is what "All" shows."""
        for dashboard in grafana.dashboards():
            for panel in grafana.panels(dashboard):
                if panel["title"] != "Calls" or panel["type"] != "stat" or dashboard["uid"] == "vobiz-customer":
                    continue
                opened = grafana.defaults(dashboard, ask)
                start, end = grafana.time_range("now-7d")
                sql = panel["targets"][0]["rawSql"]

                def calls(values, sql=sql, start=start, end=end):
                    return int(ask(grafana.expand(sql, values, start, end)).rows[-1][-1])

                for variable in grafana.queries(dashboard):
                    if variable["includeAll"]:
                        with self.subTest(dashboard["title"], variable=variable["name"]):
                            each = [calls(opened | {variable["name"]: [v]}) for v in variable["offered"]]
                            self.assertGreater(len([n for n in each if n > 0]), 1)
                            self.assertEqual(sum(each), calls(opened))
                            self.assertEqual(calls(opened | {variable["name"]: variable["offered"]}), calls(opened))

    def test_a_range_of_one_billing_day_shows_that_day(self):
        day = ask("SELECT extract(epoch FROM vobiz.billing_day_start(vobiz.billing_day(now()) - 3)) AS a, "
                  "extract(epoch FROM vobiz.billing_day_start(vobiz.billing_day(now()) - 2)) AS b").rows[0]
        start, end = (datetime.datetime.fromtimestamp(float(t), datetime.UTC) for t in day)
        end -= datetime.timedelta(milliseconds=1)
        found = 0
        for dashboard in grafana.dashboards():
            values = grafana.defaults(dashboard, ask)
            for panel in grafana.panels(dashboard):
                for target in panel["targets"]:
                    if "billing_day_start(" in target["rawSql"] and target["format"] == "time_series":
                        with self.subTest(dashboard["title"], panel=panel["title"]):
                            rows = ask(grafana.expand(target["rawSql"], values, start, end)).rows
                            self.assertTrue({seconds(row[0]) for row in rows} <= {start.timestamp()})
                            found += len(rows) > 0
        self.assertGreater(found, 5)


if __name__ == "__main__":
    unittest.main()
