"""superset/bundle.py: the bundle is whole, the same each time, and what its charts ask for the views have. Whether
Superset takes it, tests/bi-client says."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import zipfile

import grafana
from reader import ask

sys.path.insert(0, str(grafana.SOURCE / "superset"))
import bundle

URI = "postgresql+psycopg2://grafana@db.example.com/vobiz"


def made(*arguments, login="metabase"):
    """The files of the bundle, and its bytes."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "vobiz.zip")
        subprocess.run([sys.executable, "-B", grafana.SOURCE / "superset/bundle.py", file, "--uri", URI, *arguments],
                       env=os.environ | {"PGUSER": login}, check=True)
        with zipfile.ZipFile(file) as zipped:
            return {name: json.loads(zipped.read(name)) for name in zipped.namelist()}, file.read_bytes()


class bundles(unittest.TestCase):
    def test_are_the_same_each_time_and_for_each_login(self):
        self.assertEqual(made()[1], made(login=os.environ["PGUSER"])[1])

    def test_fit_the_page_or_the_api(self):
        self.assertEqual([made(*kind)[0]["vobiz/metadata.yaml"]["type"] for kind in ([], ["--assets"])],
                         ["Dashboard", "assets"])

    def test_have_ten_views_with_comments_and_a_chart_of_each(self):
        files, _ = made()
        of = {folder: {n: f for n, f in files.items() if n.startswith(f"vobiz/{folder}/")}
              for folder in ("datasets", "charts", "dashboards", "databases")}
        self.assertEqual([len(part) for part in of.values()], [10, 10, 1, 1])
        dashboard, = of["dashboards"].values()
        placed = {p["meta"]["uuid"] for p in dashboard["position"].values()
                  if isinstance(p, dict) and p["type"] == "CHART"}
        self.assertEqual(placed, {chart["uuid"] for chart in of["charts"].values()})
        datasets = {dataset["uuid"]: dataset for dataset in of["datasets"].values()}
        for chart in of["charts"].values():
            dataset = datasets[chart["dataset_uuid"]]
            columns = {column["column_name"]: column for column in dataset["columns"]}
            with self.subTest(dataset["table_name"]):
                self.assertTrue(all(column["description"] for column in columns.values()))
                times = {name for name, column in columns.items() if column["type"].startswith(("DATE", "TIME"))}
                self.assertEqual({name for name, column in columns.items() if column["is_dttm"]}, times)
                query, = json.loads(chart["query_context"])["queries"]
                self.assertLessEqual(set(query["columns"]), set(columns))
                metrics = {metric["metric_name"]: metric["expression"] for metric in dataset["metrics"]}
                asked = query["columns"] + [f'{metrics[name]} AS "{name}"' for name in query["metrics"]]
                grouped = "GROUP BY " + ", ".join(query["columns"]) if query["columns"] else ""
                answer = ask(f"SELECT {', '.join(asked)} FROM vobiz_bi.{dataset['table_name']} {grouped}", "metabase")
                self.assertTrue(answer.rows)

    def test_amounts_are_grouped_by_currency(self):
        for view, (_, _, columns, metrics) in bundle.CHARTS.items():
            if any("group by currency" in bundle.METRICS[view][1][name][1] for name in metrics):
                self.assertIn("currency", columns, view)

    def test_say_that_there_is_no_schema(self):
        done = subprocess.run([sys.executable, "-B", grafana.SOURCE / "superset/bundle.py", "/dev/null", "--uri", URI],
                              env=os.environ | {"PGDATABASE": "template1"}, text=True, capture_output=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, "^bundle.py: .*vobiz_bi")


if __name__ == "__main__":
    unittest.main()
