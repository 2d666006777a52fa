#!/usr/bin/env python3
"""Puts the models, questions and dashboard of vobiz-syncd into Metabase, by its API.

usage: load.py --url http://localhost:3000 --database NAME [--collection NAME]

NAME is what Metabase calls the database of the mirror. The API key is read from METABASE_API_KEY, or a session is
opened for METABASE_USER with METABASE_PASSWORD. What is there already is compared, and written only where it differs;
what others made in the collection stays. It ends with the number of objects made, changed and left as they were.
"""
import argparse
import json
import os
import pathlib
import re
import sys
import urllib.error
import urllib.request
import uuid

FOLDER = pathlib.Path(__file__).resolve().parent
MODELS = {
    "account_overview": "Customers", "usage_daily": "Usage by day", "kpi_daily": "Key figures by day",
    "account_statement_monthly": "Statements by month", "number_inventory": "Numbers", "open_breaks": "Open breaks"}
# Columns that name a row of another view: Metabase offers to join them.
KEYS = {("account_overview", "account_id"): "type/PK"}
REFERENCE = {"account_id": ("account_overview", "account_id")}
# How a question is drawn, if not as a table: columns of the one axis and of the other.
CHARTS = {"spend_trend": ("line", ["month", "currency"], ["spend"]),
          "hangup_causes": ("row", ["cause"], ["calls"]),
          "spend_by_customer": ("row", ["customer"], ["spend"])}
# The dashboard: column, row, width and height of each question; it is 24 columns wide.
CARDS = {"wallets_running_dry": (0, 0, 12, 7), "renewals": (12, 0, 12, 7), "spend_by_customer": (0, 7, 12, 8),
         "spend_trend": (12, 7, 12, 8), "answer_rates": (0, 15, 12, 8), "hangup_causes": (12, 15, 12, 8),
         "incomplete_days": (0, 23, 12, 7), "open_breaks": (12, 23, 12, 7)}
NAME = "vobiz overview"


class refused(Exception):
    """What stops the work, and what the reader can do."""


def stable_id(*parts):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "vobiz-syncd " + " ".join(parts)))


class api:
    def __init__(self, url, headers):
        self.url, self.headers, self.written = url.rstrip("/"), headers, 0

    def ask(self, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"} | self.headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read().decode()
        except urllib.error.HTTPError as error:
            said = error.read(500).decode(errors="replace")
            raise refused(f"{method} {path} answers {error.code}: {said}") from error
        except (urllib.error.URLError, OSError) as error:
            raise refused(f"{self.url} does not answer: {getattr(error, 'reason', error)}") from error
        try:
            return json.loads(text) if text else None
        except ValueError as error:
            raise refused(f"{method} {path} answers something else than JSON: is this Metabase?") from error


def log_in(url):
    """An API with the rights of the key, or of the user."""
    key = os.environ.get("METABASE_API_KEY")
    if key:
        return api(url, {"X-API-Key": key})
    user, password = os.environ.get("METABASE_USER"), os.environ.get("METABASE_PASSWORD")
    if not user or not password:
        raise refused("no login: set METABASE_API_KEY, or METABASE_USER and METABASE_PASSWORD")
    session = api(url, {}).ask("POST", "/api/session", {"username": user, "password": password})
    return api(url, {"X-Metabase-Session": session["id"]})


def rows(answer):
    """Metabase gives some lists as they are and others as a member."""
    return answer["data"] if isinstance(answer, dict) else answer


class question:
    """A file of this folder: its title and texts, and its statement with field filters where a variable is compared
    with a column of the statement's view."""
    def __init__(self, file):
        text = file.read_text(encoding="utf-8")
        header = " ".join(line.removeprefix("--").strip() for line in text.splitlines() if line.startswith("--"))
        parts = re.split(r"(Question|Who asks|How to read it|Variables): ", header)[1:]
        said = {parts[n]: parts[n + 1].strip() for n in range(0, len(parts), 2)}
        self.key = file.stem
        self.name = said["Question"]
        self.description = (f"{said['How to read it']} For {said['Who asks'].rstrip('.')}. "
                            f"Variables: {said['Variables']}")
        self.sql = "\n".join(line for line in text.splitlines() if not line.startswith("--")).strip()
        self.kinds = dict(re.findall(r"(\w+) \((date|text|number)", said["Variables"]))
        self.view = re.search(r"FROM (vobiz_bi|vobiz)\.(\w+)", self.sql).groups()
        self.filters = {}
        # Metabase writes the column with its view: so a column of an alias stays a plain variable.
        for column, name in re.findall(r"AND (\w+) = \{\{(\w+)\}\}\]\]", self.sql):
            self.filters[name] = column
            self.sql = self.sql.replace(f"AND {column} = {{{{{name}}}}}", f"AND {{{{{name}}}}}")

    def tags(self, fields):
        made = {}
        for name, kind in self.kinds.items():
            tag = {"id": stable_id(self.key, name), "name": name, "display-name": name.replace("_", " ").capitalize()}
            if name in self.filters:
                tag |= {"type": "dimension", "widget-type": "string/=",
                        "dimension": ["field", fields[(*self.view, self.filters[name])]["id"], None]}
            else:
                tag |= {"type": kind}
            made[name] = tag
        return made


def questions():
    return [question(file) for file in sorted(FOLDER.glob("*.sql"))]


def differs(wanted, found):
    """Whether what is wanted is not in what is there. Metabase adds members of its own."""
    if isinstance(wanted, dict):
        return not isinstance(found, dict) or any(differs(value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return not isinstance(found, list) or len(wanted) != len(found) or any(
            differs(a, b) for a, b in zip(wanted, found, strict=True))
    return wanted != found


class loader:
    def __init__(self, metabase, database, collection):
        self.metabase, self.counts = metabase, {"made": 0, "changed": 0, "left as they were": 0}
        known = {d["name"]: d["id"] for d in rows(metabase.ask("GET", "/api/database"))}
        if database not in known:
            raise refused(f"Metabase has no database \"{database}\": it has " + ", ".join(sorted(known)))
        self.database = known[database]
        self.fields, self.tables = {}, {}
        for table in metabase.ask("GET", f"/api/database/{self.database}/metadata")["tables"]:
            self.tables[table["schema"], table["name"]] = table["id"]
            for field in table["fields"]:
                self.fields[table["schema"], table["name"], field["name"]] = field
        self.check_metadata()
        self.collection = self.find_collection(collection)
        self.there = {(item["model"], item["name"]): item["id"] for item in rows(metabase.ask(
            "GET", f"/api/collection/{self.collection}/items?models=card&models=dataset&models=dashboard"))}

    def check_metadata(self):
        needed = {("vobiz_bi", view) for view in MODELS} | {q.view for q in questions()}
        missing = sorted(f"{schema}.{view}" for schema, view in needed - set(self.tables))
        if missing:
            raise refused(f"Metabase does not know {', '.join(missing)}: run \"Sync database schema now\" for the "
                          "database, and let its login read the schemas vobiz_bi and vobiz")

    def find_collection(self, name):
        for found in rows(self.metabase.ask("GET", "/api/collection")):
            # Metabase lists personal and archived ones, too.
            if found["name"] == name and not found.get("archived") and not found.get("personal_owner_id"):
                self.counts["left as they were"] += 1
                return found["id"]
        self.counts["made"] += 1
        return self.metabase.ask("POST", "/api/collection", {
            "name": name, "description": "The mirror of the Vobiz Partner API, by vobiz-syncd"})["id"]

    def put(self, kind, model, wanted):
        """Makes the object, or changes it where it differs, and gives its id."""
        found = self.there.get((model, wanted["name"]))
        if found is None:
            self.counts["made"] += 1
            return self.metabase.ask("POST", f"/api/{kind}", wanted)["id"]
        if differs(wanted, self.metabase.ask("GET", f"/api/{kind}/{found}")):
            self.counts["changed"] += 1
            self.metabase.ask("PUT", f"/api/{kind}/{found}", wanted)
        else:
            self.counts["left as they were"] += 1
        return found

    def set_keys(self):
        """Views have no foreign keys, which Metabase reads from PostgreSQL: it is told them, and offers joins."""
        for (schema, view, column), field in sorted(self.fields.items()):
            if schema != "vobiz_bi":
                continue
            wanted = {}
            if (view, column) in KEYS:
                wanted = {"semantic_type": KEYS[view, column]}
            elif column in REFERENCE:
                wanted = {"semantic_type": "type/FK",
                          "fk_target_field_id": self.fields["vobiz_bi", *REFERENCE[column]]["id"]}
            if not wanted:
                continue
            if differs(wanted, field):
                self.counts["changed"] += 1
                self.metabase.ask("PUT", f"/api/field/{field['id']}", wanted)
            else:
                self.counts["left as they were"] += 1

    def model(self, view, name):
        return self.put("card", "dataset", {
            "name": name, "type": "model", "display": "table", "visualization_settings": {},
            "description": f"vobiz_bi.{view}; the columns have comments", "collection_id": self.collection,
            "dataset_query": {"database": self.database, "type": "query",
                              "query": {"source-table": self.tables["vobiz_bi", view]}}})

    def question(self, asked):
        display, settings = "table", {}
        if asked.key in CHARTS:
            display, dimensions, metrics = CHARTS[asked.key]
            settings = {"graph.dimensions": dimensions, "graph.metrics": metrics}
        return self.put("card", "card", {
            "name": asked.name, "type": "question", "display": display, "visualization_settings": settings,
            "description": asked.description, "collection_id": self.collection,
            "dataset_query": {"database": self.database, "type": "native",
                              "native": {"query": asked.sql, "template-tags": asked.tags(self.fields)}}})

    def dashboard(self, cards):
        filters = {name: stable_id("dashboard", name) for name in ("customer", "partner")}
        placed = []
        for key, (column, row, width, height) in CARDS.items():
            card, asked = cards[key]
            placed.append({
                "card_id": card, "row": row, "col": column, "size_x": width, "size_y": height,
                "visualization_settings": {}, "parameter_mappings": [
                    {"parameter_id": filters[name], "card_id": card, "target": ["dimension", ["template-tag", name]]}
                    for name in filters if name in asked.filters]})
        wanted = {"name": NAME, "description": "What needs somebody's attention, and who spends what",
                  "collection_id": self.collection, "parameters": [
                      {"id": filters[name], "name": name.capitalize(), "slug": name, "type": "string/=",
                       "sectionId": "string"} for name in filters]}
        found = self.there.get(("dashboard", NAME))
        if found is None:
            self.counts["made"] += 1
            made = self.metabase.ask("POST", "/api/dashboard", wanted)["id"]
            self.place(made, wanted, placed, [])
            return
        now = self.metabase.ask("GET", f"/api/dashboard/{found}")
        there = sorted(now["dashcards"], key=lambda c: (c["row"], c["col"]))
        if differs(wanted, now) or differs(sorted(placed, key=lambda c: (c["row"], c["col"])), there):
            self.counts["changed"] += 1
            self.place(found, wanted, placed, there)
        else:
            self.counts["left as they were"] += 1

    def place(self, dashboard, wanted, cards, there):
        """A card that is there already keeps its id; a negative one makes a new card."""
        ids = {card["card_id"]: card["id"] for card in there}
        self.metabase.ask("PUT", f"/api/dashboard/{dashboard}", wanted | {"dashcards": [
            {"id": ids.get(card["card_id"], -n - 1)} | card for n, card in enumerate(cards)]})

    def load(self):
        self.set_keys()
        for view, name in MODELS.items():
            self.model(view, name)
        cards = {asked.key: (self.question(asked), asked) for asked in questions()}
        self.dashboard(cards)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="address of Metabase")
    parser.add_argument("--database", required=True, help="its name for the database of the mirror")
    parser.add_argument("--collection", default="vobiz", help="where everything goes (default: vobiz)")
    chosen = parser.parse_args()
    try:
        work = loader(log_in(chosen.url), chosen.database, chosen.collection)
        work.load()
    except refused as why:
        sys.exit(f"load.py: {why}")
    print(", ".join(f"{number} {what}" for what, number in work.counts.items()))


if __name__ == "__main__":
    main()
