"""The dashboards as files: Grafana can import them, and people can read them."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import grafana

KINDS = {"stat", "timeseries", "barchart", "table", "status-history", "row"}
# A unit of Grafana 12.1 and newer with a thin space for its symbol: exactly so many decimals as are asked for.
MONEY = "currency:financial:\u2009"
COUNT = "currency:financial:\u200a"
UNITS = {"short", "percent", "s", "none", MONEY, COUNT}


class shape(unittest.TestCase):
    def each_panel(self):
        return [(d, p) for d in grafana.dashboards() for p in grafana.panels(d)]

    def test_files_are_what_the_source_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", grafana.SOURCE / "grafana/source/make.py", folder], check=True)
            made = {str(file.relative_to(folder)): file.read_text() for file in pathlib.Path(folder).rglob("*.json")}
        kept = {str(file.relative_to(grafana.SOURCE / "grafana")): file.read_text()
                for file in (grafana.SOURCE / "grafana").rglob("*.json")}
        self.assertEqual(sorted(made), sorted(kept))
        for name, text in made.items():
            self.assertEqual(text, kept[name], f"{name}: run grafana/source/make.py grafana")

    def test_dashboards_have_what_grafana_asks_for(self):
        all_of_them = grafana.dashboards()
        self.assertEqual(len(all_of_them), 7)
        for member in ("uid", "title"):
            self.assertEqual(len({d[member] for d in all_of_them}), len(all_of_them))
        for dashboard in all_of_them:
            with self.subTest(dashboard["title"]):
                self.assertLessEqual({"uid", "title", "description", "tags", "schemaVersion", "version", "timezone",
                                      "time", "panels", "templating", "annotations", "links", "refresh"},
                                     set(dashboard))
                # Newer Grafana brings an older version up to date; it cannot read a newer one.
                self.assertEqual(dashboard["schemaVersion"], 38)
                self.assertRegex(dashboard["uid"], r"^[a-z0-9-]{1,40}$")
                self.assertNotIn("id", dashboard)
                ids = [panel["id"] for panel in dashboard["panels"]]
                self.assertEqual(len(set(ids)), len(ids))

    def test_panels_do_not_overlap(self):
        for dashboard in grafana.dashboards():
            taken = {}
            for panel in dashboard["panels"]:
                at = panel["gridPos"]
                self.assertTrue(at["x"] >= 0 and at["w"] > 0 and at["x"] + at["w"] <= 24, panel["title"])
                columns, rows = range(at["x"], at["x"] + at["w"]), range(at["y"], at["y"] + at["h"])
                for cell in ((x, y) for x in columns for y in rows):
                    self.assertNotIn(cell, taken, f'{panel["title"]} and {taken.get(cell)}')
                    taken[cell] = panel["title"]

    def test_panels_explain_themselves(self):
        for dashboard, panel in self.each_panel():
            with self.subTest(dashboard["title"], panel=panel["title"]):
                self.assertIn(panel["type"], KINDS)
                defaults = panel["fieldConfig"]["defaults"]
                self.assertIn(defaults["unit"], UNITS)
                self.assertGreater(len(panel["description"]), 25)
                self.assertRegex(panel["description"], r"\.$")
                self.assertTrue(defaults["noValue"])
                steps = defaults["thresholds"]["steps"]
                self.assertIsNone(steps[0]["value"])
                self.assertEqual([s["value"] for s in steps[1:]], sorted(s["value"] for s in steps[1:]))

    def test_ask_the_data_source_that_is_chosen(self):
        """No dashboard, and no provisioned file, has the id of a data source of its own."""
        provisioned = (grafana.SOURCE / "grafana/provisioning/datasources/vobiz.yaml").read_text()
        kind = re.search(r"^ +type: (\S+)$", provisioned, re.M)[1]
        self.assertIn("\n    uid: $VOBIZ_DATASOURCE\n", provisioned)
        for dashboard in grafana.dashboards():
            first = dashboard["templating"]["list"][0]
            self.assertEqual((first["name"], first["type"], first["query"]), ("datasource", "datasource", kind))
            used = [v["datasource"] for v in grafana.queries(dashboard)]
            used += [a["datasource"] for a in dashboard["annotations"]["list"] if "target" in a]
            for panel in grafana.panels(dashboard):
                used += [panel["datasource"]] + [t["datasource"] for t in panel["targets"]]
            self.assertEqual([u for u in used if u != {"type": kind, "uid": "${datasource}"}], [])
        for rule in grafana.rules():
            self.assertEqual([d["datasourceUid"] for d in rule["data"]], ["$VOBIZ_DATASOURCE", "__expr__"])

    def test_variables_are_declared_and_used(self):
        for dashboard in grafana.dashboards():
            declared = {v["name"] for v in dashboard["templating"]["list"]}
            text = json.dumps(grafana.panels(dashboard))
            in_sql = set(re.findall(r"\$\{(\w+):sqlstring\}", text))
            in_titles = set(re.findall(r'"title": "[^"]*\$\{(\w+)\}', text))
            self.assertEqual(in_sql | in_titles | {"datasource"}, declared, dashboard["title"])

    def test_leave_the_time_zone_to_grafana(self):
        """Whose environment says it: that of the example is the zone in which billing days begin by default."""
        self.assertEqual({d["timezone"] for d in grafana.dashboards()}, {""})
        self.assertRegex((grafana.SOURCE / "docs/dashboards.md").read_text(),
                         r"GF_DATE_FORMATS_DEFAULT_TIMEZONE=Asia/Kolkata\n")

    def test_legends_add_up_what_can_be_added(self):
        for dashboard, panel in self.each_panel():
            if panel["type"] == "timeseries":
                with self.subTest(dashboard["title"], panel=panel["title"]):
                    shown = panel["options"]["legend"]["calcs"]
                    sums = panel["fieldConfig"]["defaults"]["unit"] in ("short", MONEY)
                    # Balances and peaks are states, prices and rates are ratios.
                    sums = sums and not re.search("Balance|at the same time|Cost of a minute", panel["title"])
                    self.assertEqual("sum" in shown, sums)
                    self.assertTrue(shown)

    def test_amounts_have_decimals(self):
        for dashboard, panel in self.each_panel():
            of_panel = panel["fieldConfig"]["defaults"]
            for override in panel["fieldConfig"]["overrides"]:
                properties = {p["id"]: p["value"] for p in override["properties"]}
                if properties.get("unit") == MONEY:
                    self.assertIn(properties.get("decimals"), (2, 5), panel["title"])
            if of_panel["unit"] == MONEY and panel["type"] != "table":
                with self.subTest(dashboard["title"], panel=panel["title"]):
                    self.assertEqual(of_panel.get("decimals"), 4 if "Cost of a minute" in panel["title"] else 2)

    def test_bars_do_not_overlap(self):
        for dashboard, panel in self.each_panel():
            custom = panel["fieldConfig"]["defaults"].get("custom", {})
            if custom.get("drawStyle") == "bars":
                self.assertEqual(custom["barAlignment"], 1, "a bar begins where its time does")
            if panel["type"] == "barchart":
                with self.subTest(dashboard["title"], panel=panel["title"]):
                    limit = re.search(r"LIMIT (\d+)", panel["targets"][0]["rawSql"])
                    if panel["options"]["orientation"] == "horizontal":
                        # A bar needs 24 pixels, a unit of height is 30, and two units are not the plot's.
                        self.assertLessEqual(int(limit[1]) * 24, (panel["gridPos"]["h"] - 2) * 38 + 24)
                    else:
                        self.assertGreaterEqual(panel["options"]["xTickLabelSpacing"], 100)
                        self.assertEqual(panel["options"]["showValue"], "never")

    def test_currencies_are_never_added(self):
        """A panel of amounts chooses one currency and names it in its title, or has a row or line for each."""
        for dashboard, panel in self.each_panel():
            sql = " ".join(t["rawSql"] for t in panel["targets"])
            units = [panel["fieldConfig"]["defaults"]["unit"]] + [
                p["value"] for o in panel["fieldConfig"]["overrides"] for p in o["properties"] if p["id"] == "unit"]
            if MONEY not in units:
                self.assertNotRegex(sql, r"sum\((total_cost|debit|credit|balance|monthly_fee|difference)\)",
                                    panel["title"])
                continue
            with self.subTest(dashboard["title"], panel=panel["title"]):
                if "${currency" in sql:
                    self.assertIn("(${currency})", panel["title"])
                else:
                    self.assertNotIn("${currency}", panel["title"])
                    self.assertIn("currency", sql.split("FROM")[0] + sql.split("AS metric")[0])

    def test_links_lead_somewhere(self):
        known = {d["uid"]: {v["name"] for v in d["templating"]["list"]} for d in grafana.dashboards()}
        leading = re.findall(r'"/d/([a-z-]+)\?([^"]*)"', json.dumps(grafana.dashboards() + grafana.rules()))
        self.assertGreater(len(leading), 20)
        for uid, arguments in leading:
            self.assertIn(uid, known)
            for name in re.findall(r"var-(\w+)=|\$\{(\w+):queryparam\}", arguments):
                self.assertIn("".join(name), known[uid], f"{uid} has no such variable")

    def test_links_keep_what_was_chosen(self):
        """The range, the data source, the partner, and the currency: that of the row, or that of the dashboard."""
        for dashboard, panel in self.each_panel():
            declared = {v["name"] for v in dashboard["templating"]["list"]}
            urls = re.findall(r'"url": "(/d/[^"]*)"', json.dumps(panel))
            for url in urls:
                with self.subTest(dashboard["title"], panel=panel["title"], url=url):
                    self.assertIn("${__url_time_range}", url)
                    if "${__all_variables}" in url:
                        continue
                    for name in ("datasource", "partner"):
                        self.assertIn(f"${{{name}:queryparam}}", url)
                    kept = "${currency:queryparam}" in url or "var-currency=${__data.fields.currency}" in url
                    self.assertTrue(kept or "currency" not in declared)
                    # Grafana leaves a variable that the dashboard has not in the address, as text.
                    self.assertLessEqual(set(re.findall(r"\$\{(\w+):queryparam\}", url)), declared)

    def test_names_of_customers_lead_to_the_customer(self):
        found = 0
        for dashboard, panel in self.each_panel():
            if panel["type"] != "table" or not re.search(r" AS customer\b", panel["targets"][0]["rawSql"]):
                continue
            with self.subTest(dashboard["title"], panel=panel["title"]):
                links = [p["value"][0]["url"] for o in panel["fieldConfig"]["overrides"]
                         if o["matcher"]["options"] == "customer" for p in o["properties"] if p["id"] == "links"]
                self.assertEqual([url.split("?")[0] for url in links], ["/d/vobiz-customer"])
                self.assertIn("var-account=${__data.fields.account_id}", links[0])
                found += 1
        self.assertGreater(found, 8)

    def test_nought_that_is_good_is_said_in_green(self):
        """Where a colour says that more than 0 is bad, 0 is a word and not a number."""
        for dashboard, panel in self.each_panel():
            defaults = panel["fieldConfig"]["defaults"]
            steps = defaults["thresholds"]["steps"]
            if panel["type"] == "stat" and len(steps) == 2 and steps[1]["value"] == 1:
                with self.subTest(dashboard["title"], panel=panel["title"]):
                    said = defaults["mappings"][0]["options"]["0"]
                    self.assertEqual(said["color"], "green")
                    self.assertIn(said["text"], ("all in order", "none"))


if __name__ == "__main__":
    unittest.main()
