"""metabase/load.py: what it makes, that it changes nothing twice, and that field filters choose what variables
choose."""
import collections
import os
import re
import subprocess
import sys
import unittest

import grafana
from metabase_api import KEY, metabase
from questions_test import examples, expand
from reader import ask

sys.path.insert(0, str(grafana.SOURCE / "metabase"))
import load


def tables():
    """What Metabase's sync finds with the rights of a masked login."""
    found = collections.defaultdict(list)
    for schema, name, column in ask("SELECT table_schema, table_name, column_name FROM information_schema.columns "
                                    "WHERE table_schema IN ('vobiz', 'vobiz_bi')", "metabase").rows:
        found[schema, name].append(column)
    return [(*key, columns) for key, columns in found.items()]


class loading(unittest.TestCase):
    def setUp(self):
        self.metabase = metabase(tables())
        self.url, server = self.metabase.serve()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

    def run_it(self, *arguments, database="Vobiz", **environment):
        login = environment or {"METABASE_API_KEY": KEY}
        return subprocess.run(
            [sys.executable, "-B", grafana.SOURCE / "metabase/load.py", "--url", self.url, "--database", database,
             *arguments], env={"PATH": os.environ["PATH"]} | login, text=True, capture_output=True, check=False)

    def writes(self):
        return [request for request in self.metabase.requests if request[0] != "GET"]

    def test_makes_everything_once(self):
        done = self.run_it()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        cards = list(self.metabase.objects["card"].values())
        self.assertEqual(collections.Counter(c["type"] for c in cards),
                         {"model": len(load.MODELS), "question": len(load.questions())})
        self.assertEqual(len(load.questions()), 16)
        dashboard, = self.metabase.objects["dashboard"].values()
        self.assertEqual(len(dashboard["dashcards"]), len(load.CARDS))
        mapped = {m["parameter_id"] for c in dashboard["dashcards"] for m in c["parameter_mappings"]}
        self.assertEqual(mapped, {p["id"] for p in dashboard["parameters"]})
        # One collection, beside an archived one of the same name.
        self.assertEqual(len(self.metabase.objects["collection"]), 1)
        self.assertRegex(done.stdout, r"^24 made, \d+ changed, 0 left as they were$")

        self.metabase.requests.clear()
        done = self.run_it()
        self.assertEqual(self.writes(), [])
        self.assertRegex(done.stdout, r"^0 made, 0 changed, \d+ left as they were$")

    def test_brings_back_what_was_changed_and_leaves_the_rest(self):
        self.run_it()
        cards = self.metabase.objects["card"]
        changed = next(c for c in cards.values() if c["type"] == "question")
        wanted = changed["dataset_query"]["native"]["query"]
        changed["dataset_query"]["native"]["query"] = "SELECT 1"
        other = self.metabase.number()
        cards[other] = dict(changed, id=other, name="Somebody's own")
        dashboard, = self.metabase.objects["dashboard"].values()
        ids = [card["id"] for card in dashboard["dashcards"]]
        dashboard["dashcards"][0]["row"] = 99
        self.metabase.requests.clear()
        self.run_it()
        self.assertEqual([path for _, path in self.writes()],
                         [f"/api/card/{changed['id']}", f"/api/dashboard/{dashboard['id']}"])
        self.assertEqual(changed["dataset_query"]["native"]["query"], wanted)
        self.assertEqual(cards[other]["name"], "Somebody's own")
        self.assertEqual(sorted(card["id"] for card in dashboard["dashcards"]), sorted(ids))

    def test_offers_joins(self):
        self.run_it()
        of_view = {t["name"]: {f["name"]: f for f in t["fields"]} for t in self.metabase.tables
                   if t["schema"] == "vobiz_bi"}
        customer = of_view["account_overview"]["account_id"]
        self.assertEqual(customer["semantic_type"], "type/PK")
        joined = {name for name, fields in of_view.items() if "account_id" in fields
                  and fields["account_id"]["fk_target_field_id"] == customer["id"]}
        self.assertLessEqual({"usage_daily", "kpi_daily", "calls", "number_inventory", "open_breaks"}, joined)
        # The key of the customers is one.
        twice = "SELECT count(*) - count(DISTINCT account_id) FROM vobiz_bi.account_overview"
        self.assertEqual(ask(twice).rows, [["0"]])

    def test_logs_in_with_a_password_too(self):
        done = self.run_it(METABASE_USER="somebody@example.com", METABASE_PASSWORD="EXAMPLE")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_says_what_is_wrong(self):
        for done, says in (
                (self.run_it(database="vobiz"), 'no database "vobiz": it has Sample Database, Vobiz'),
                (self.run_it(METABASE_API_KEY="mb_OTHER"), "answers 401"),
                (self.run_it(METABASE_USER="somebody@example.com", METABASE_PASSWORD="WRONG_EXAMPLE"), "answers 401"),
                (self.run_it(NOTHING="1"), "set METABASE_API_KEY")):
            with self.subTest(says):
                self.assertEqual(done.returncode, 1)
                self.assertIn(says, done.stderr)
                self.assertNotRegex(done.stderr + done.stdout, "Traceback|mb_OTHER|WRONG_EXAMPLE")
        self.metabase.tables = [t for t in self.metabase.tables if t["name"] != "kpi_daily"]
        done = self.run_it()
        self.assertIn("does not know vobiz_bi.kpi_daily: run \"Sync database schema now\"", done.stderr)
        self.assertEqual(self.metabase.objects["card"], {})

    def test_filters_choose_what_variables_choose(self):
        """A field filter is the condition that Metabase writes for it, with the view's name before the column's."""
        known, found = examples(), 0
        for asked in load.questions():
            plain = (grafana.SOURCE / f"metabase/{asked.key}.sql").read_text()
            self.assertEqual(set(asked.kinds), set(re.findall(r"\{\{(\w+)\}\}", plain)))
            for name, column in asked.filters.items():
                with self.subTest(asked.key, variable=name):
                    schema, view = asked.view
                    written = expand(asked.sql, {name: f'"{schema}"."{view}"."{column}" = {known[name]}'})
                    self.assertEqual(ask(written, "metabase").rows,
                                     ask(expand(plain, {name: known[name]}), "metabase").rows)
                    found += 1
        self.assertGreater(found, 7)


if __name__ == "__main__":
    unittest.main()
