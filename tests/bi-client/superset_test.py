"""superset_test.py URL BUNDLE ASSETS: imports both forms of the bundle into a running Superset and asks it, by its API
as its pages do, for what the views hold: comments, columns of time, and each chart's figures, which are those of the
same SQL in psql."""
import datetime
import http.cookiejar
import json
import pathlib
import subprocess
import sys
import unittest
import urllib.error
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "superset"))
import bundle  # noqa: E402

URL, BUNDLE, ASSETS = sys.argv.pop(1), sys.argv.pop(1), sys.argv.pop(1)


class superset:
    def __init__(self):
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
        self.headers = {}
        login = self.ask("POST", "/security/login", {"username": "admin", "password": "example", "provider": "db"})
        self.headers["Authorization"] = "Bearer " + login["access_token"]

    def send(self, method, path, data, kind):
        headers = self.headers | ({"Content-Type": kind} if data else {})
        request = urllib.request.Request(URL + "/api/v1" + path, data, headers, method=method)
        try:
            with self.browser.open(request, timeout=180) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read(2000).decode()}") from error

    def ask(self, method, path, body=None):
        return self.send(method, path, None if body is None else json.dumps(body).encode(), "application/json")

    def load(self, path, file, name, **fields):
        mark = uuid.uuid4().hex
        parts = [f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in fields.items()]
        parts.append(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="vobiz.zip"\r\n'
                     'Content-Type: application/zip\r\n\r\n'.encode() + pathlib.Path(file).read_bytes() + b"\r\n")
        return self.send("POST", path, b"".join([*parts, f"--{mark}--\r\n".encode()]),
                         f"multipart/form-data; boundary={mark}")


def psql(sql):
    """As the login that Superset has."""
    done = subprocess.run(["psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-U", "grafana", "-c",
                           f"SELECT json_agg(r) FROM ({sql}) r"], text=True, capture_output=True, check=True)
    return json.loads(done.stdout or "null") or []


def plain(value):
    """Superset gives a date as milliseconds, and an exact number as a text or a fraction."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return round(float(value), 4)
    if isinstance(value, str):
        try:
            return round(float(value), 4)
        except ValueError:
            return value
    return value


def rows_of(found, columns, days):
    made = []
    for row in found:
        values = []
        for name in columns:
            value = row[name]
            if name in days and isinstance(value, (int, float)):
                value = datetime.datetime.fromtimestamp(value / 1000, datetime.UTC).date().isoformat()
            elif name in days and isinstance(value, str):
                value = value[:10]
            values.append(str(plain(value)))
        made.append(values)
    return sorted(made)


class client(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.superset = superset()
        cls.superset.load("/dashboard/import/", BUNDLE, "formData", overwrite="true", passwords="{}")

    def listed(self, kind):
        return self.superset.ask("GET", f"/{kind}/?q=(page_size:100)")["result"]

    def columns(self, path):
        return {c["column_name"]: bool(c["is_dttm"]) for c in self.superset.ask("GET", path)["result"]["columns"]}

    def test_has_everything_of_the_bundle_once(self):
        chart = self.listed("chart")[0]
        self.superset.ask("PUT", f"/chart/{chart['id']}", {"description": "changed by hand"})
        self.superset.load("/assets/import/", ASSETS, "bundle", passwords="{}")
        again = self.superset.ask("GET", f"/chart/{chart['id']}")["result"]
        self.assertNotEqual(again["description"], "changed by hand")
        self.assertEqual(sorted(d["table_name"] for d in self.listed("dataset")), sorted(bundle.METRICS))
        self.assertEqual(sorted(c["slice_name"] for c in self.listed("chart")),
                         sorted(title for title, *_ in bundle.CHARTS.values()))
        found, = self.listed("dashboard")
        charts = self.superset.ask("GET", f"/dashboard/{found['id']}/charts")["result"]
        self.assertEqual(len(charts), len(bundle.CHARTS))

    def test_shows_comments_and_times(self):
        for dataset in self.listed("dataset"):
            with self.subTest(dataset["table_name"]):
                whole = self.superset.ask("GET", f"/dataset/{dataset['id']}")["result"]
                self.assertIn("settings.timezone" if whole["main_dttm_col"] not in (None, "utc_day") else " ",
                              whole["description"])
                for column in whole["columns"]:
                    self.assertTrue(column["description"], column["column_name"])
                    self.assertEqual(bool(column["is_dttm"]), "DATE" in column["type"] or "TIMESTAMP" in column["type"])

    def test_finds_the_columns_itself(self):
        """What a refresh of the metadata finds in the views is what the bundle has."""
        for dataset in self.listed("dataset"):
            with self.subTest(dataset["table_name"]):
                path = f"/dataset/{dataset['id']}"
                before = self.columns(path)
                self.superset.ask("PUT", path + "/refresh", {})
                after = self.columns(path)
                self.assertEqual(after, before)

    def test_figures_are_those_of_sql(self):
        views = {title: view for view, (title, *_) in bundle.CHARTS.items()}
        for chart in self.listed("chart"):
            view = views[chart["slice_name"]]
            with self.subTest(view):
                asked = bundle.query_of(view)
                answer = self.superset.ask("GET", f"/chart/{chart['id']}/data/")["result"][0]
                names = asked["columns"] + asked["metrics"]
                metrics = [f'{bundle.METRICS[view][1][m][0]} AS "{m}"' for m in asked["metrics"]]
                grouped = f" GROUP BY {', '.join(asked['columns'])}" if asked["columns"] else ""
                wanted = psql(f"SELECT {', '.join(asked['columns'] + metrics)} FROM vobiz_bi.{view}{grouped}")
                days = [n for n in ("day", "month", "billing_day", "utc_day") if n in names]
                self.assertGreater(len(wanted), 0)
                self.assertEqual(rows_of(answer["data"], names, days), rows_of(wanted, names, days))

    def test_can_change_nothing(self):
        database, = self.listed("database")
        with self.assertRaises(AssertionError) as refused:
            self.superset.ask("POST", "/sqllab/execute/", {
                "database_id": database["id"], "schema": "vobiz_bi", "runAsync": False,
                "sql": "DELETE FROM vobiz.accounts", "client_id": uuid.uuid4().hex[:11]})
        self.assertRegex(str(refused.exception), "DML|not allowed|permission denied")


if __name__ == "__main__":
    unittest.main()
