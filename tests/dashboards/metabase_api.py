"""A stand-in for Metabase's API, as its documentation describes it: it keeps what it is given, adds members of its own
as Metabase does, refuses what Metabase would refuse, and writes down every request."""
import http.server
import json
import threading
import uuid

KEY = "mb_EXAMPLE"


class metabase:
    def __init__(self, tables):
        """`tables`: schema, name and columns of each."""
        self.requests, self.objects, self.sessions = [], {"collection": {}, "card": {}, "dashboard": {}}, set()
        self.next = 100
        self.tables, self.fields = [], {}
        for schema, name, columns in tables:
            fields = []
            for column in columns:
                fields.append({"id": self.number(), "name": column, "semantic_type": None, "fk_target_field_id": None})
                self.fields[fields[-1]["id"]] = fields[-1]
            self.tables.append({"id": self.number(), "schema": schema, "name": name, "fields": fields})

    def number(self):
        self.next += 1
        return self.next

    def check_query(self, query):
        assert query["database"] == 2, query
        if query["type"] == "query":
            assert query["query"]["source-table"] in {t["id"] for t in self.tables}
            return
        sql, tags = query["native"]["query"], query["native"]["template-tags"]
        for name, tag in tags.items():
            assert tag["name"] == name and "{{" + name + "}}" in sql, tag
            assert uuid.UUID(tag["id"]) and tag["display-name"]
            assert tag["type"] in ("text", "number", "date", "dimension")
            if tag["type"] == "dimension":
                kind, field, _ = tag["dimension"]
                assert kind == "field" and field in self.fields and tag["widget-type"] == "string/="
                assert " = {{" + name + "}}" not in sql, "a field filter is a whole condition"
        for name in {part.split("}}")[0] for part in sql.split("{{")[1:]}:
            assert name in tags, f"no tag for {name}"

    def answer(self, method, path, body, headers):
        where, _, _ = path.partition("?")
        parts = where.strip("/").split("/")[1:]
        if parts == ["session"]:
            if body != {"username": "somebody@example.com", "password": "EXAMPLE"}:
                return 401, {"errors": {"password": "did not match stored password"}}
            self.sessions.add("EXAMPLE_SESSION")
            return 200, {"id": "EXAMPLE_SESSION"}
        if headers.get("X-API-Key") != KEY and headers.get("X-Metabase-Session") not in self.sessions:
            return 401, "Unauthenticated"
        match method, parts:
            case "GET", ["database"]:
                return 200, {"data": [{"id": 1, "name": "Sample Database"}, {"id": 2, "name": "Vobiz"}], "total": 2}
            case "GET", ["database", "2", "metadata"]:
                return 200, {"id": 2, "tables": self.tables}
            case "PUT", ["field", number]:
                field = self.fields[int(number)]
                assert set(body) <= {"semantic_type", "fk_target_field_id"}
                field.update(body)
                return 200, field
            case "GET", ["collection"]:
                return 200, [{"id": "root", "name": "Our analytics"},
                             {"id": 9, "name": "vobiz", "archived": True, "personal_owner_id": None},
                             *self.objects["collection"].values()]
            case "GET", ["collection", number, "items"]:
                found = [{"id": o["id"], "name": o["name"], "model": "dashboard" if kind == "dashboard"
                          else "dataset" if o["type"] == "model" else "card"}
                         for kind in ("card", "dashboard") for o in self.objects[kind].values()
                         if o["collection_id"] == int(number)]
                return 200, {"data": found, "total": len(found)}
            case "POST", [kind] if kind in self.objects:
                made = {"id": self.number(), "archived": False, "created_at": "2026-01-01T00:00:00Z"} | body
                if kind == "card":
                    self.check_query(body["dataset_query"])
                if kind == "dashboard":
                    made["dashcards"] = []
                self.objects[kind][made["id"]] = made
                return 200, made
            case "GET", [kind, number] if kind in self.objects:
                return 200, self.objects[kind][int(number)]
            case "PUT", [kind, number] if kind in self.objects:
                if kind == "card":
                    self.check_query(body["dataset_query"])
                known = self.objects[kind][int(number)]
                kept = {card["id"] for card in known.get("dashcards", [])}
                for card in body.get("dashcards", []):
                    assert card["id"] < 0 or card["id"] in kept
                    assert card["card_id"] in self.objects["card"] and card["col"] + card["size_x"] <= 24
                    filters = {p["id"] for p in body["parameters"]}
                    tags = self.objects["card"][card["card_id"]]["dataset_query"]["native"]["template-tags"]
                    for mapping in card["parameter_mappings"]:
                        assert mapping["parameter_id"] in filters
                        assert tags[mapping["target"][1][1]]["type"] == "dimension"
                    card |= {"id": self.number()} if card["id"] < 0 else {}
                known.update(body)
                return 200, known
        return 404, "Not found."

    def serve(self):
        """Its address, and the server, which the caller shuts down."""
        keeper = self

        class handler(http.server.BaseHTTPRequestHandler):
            def reply(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                keeper.requests.append((self.command, self.path))
                try:
                    status, answer = keeper.answer(self.command, self.path, body, self.headers)
                except (AssertionError, KeyError) as error:
                    status, answer = 400, f"refused: {type(error).__name__} {error}"
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_PUT = reply

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}", server
