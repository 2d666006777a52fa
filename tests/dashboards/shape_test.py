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
MONEY = "locale"
UNITS = {"short", "percent", "s", "none", "locale"}


class shape(unittest.TestCase):
    def each_panel(self):
        return [(d, p) for d in grafana.dashboards() for p in grafana.panels(d)]

    def test_files_are_what_the_source_makes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", grafana.SOURCE / "grafana/source/make.py", folder], check=True)
            made = {file.name: file.read_text() for file in pathlib.Path(folder).iterdir()}
        kept = {file.name: file.read_text() for file in grafana.FOLDER.iterdir()}
        self.assertEqual(sorted(made), sorted(kept))
        for name, text in made.items():
            self.assertEqual(text, kept[name], f"{name}: run grafana/source/make.py grafana/dashboards")

    def test_dashboards_have_what_grafana_asks_for(self):
        all_of_them = grafana.dashboards()
        self.assertEqual(len(all_of_them), 6)
        for member in ("uid", "title"):
            self.assertEqual(len({d[member] for d in all_of_them}), len(all_of_them))
        for dashboard in all_of_them:
            with self.subTest(dashboard["title"]):
                self.assertLessEqual({"uid", "title", "description", "tags", "schemaVersion", "version", "timezone",
                                      "time", "panels", "templating", "annotations", "links", "refresh"},
                                     set(dashboard))
                # 38 is the version of Grafana 10.0, which cannot read newer ones.
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

    def test_one_datasource(self):
        provisioned = (grafana.SOURCE / "grafana/provisioning/datasources/vobiz.yaml").read_text()
        uid = re.search(r"^ +uid: (\S+)$", provisioned, re.M)[1]
        kind = re.search(r"^ +type: (\S+)$", provisioned, re.M)[1]
        for dashboard in grafana.dashboards():
            used = [v["datasource"] for v in dashboard["templating"]["list"]]
            for panel in grafana.panels(dashboard):
                used += [panel["datasource"]] + [t["datasource"] for t in panel["targets"]]
            self.assertEqual([u for u in used if u != {"type": kind, "uid": uid}], [])

    def test_variables_are_declared_and_used(self):
        for dashboard in grafana.dashboards():
            declared = {v["name"] for v in dashboard["templating"]["list"]}
            text = json.dumps(grafana.panels(dashboard))
            in_sql = set(re.findall(r"\$\{(\w+):sqlstring\}", text))
            in_titles = set(re.findall(r'"title": "[^"]*\$\{(\w+)\}', text))
            self.assertEqual(in_sql | in_titles, declared, dashboard["title"])

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
        known = {d["uid"] for d in grafana.dashboards()}
        leading = re.findall(r'"/d/([a-z-]+)\?', json.dumps(grafana.dashboards()))
        self.assertGreater(len(leading), 10)
        self.assertLessEqual(set(leading), known)


if __name__ == "__main__":
    unittest.main()
