"""results.py FOLDER MODE: runs every statement of the dashboards on PGHOST, as Grafana does when a dashboard is opened,
and writes FOLDER/NAME.html for render.tsx: the dashboard, its variables, and the data frames of each panel."""
import datetime
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import grafana
from reader import ask

# 30 pixels are a unit of height, and 8 stand between panels.
PAGE = """<!doctype html><meta charset="utf-8"><title>drawn</title><link rel="stylesheet" href="render.css">
<body style="margin:0;width:1600px" data-height="%d"><div id="root"></div>
<script>window.WHOLE = %s; window.MODE = "%s"; window.onerror = (why) => document.title = "failed: " + why</script>
<script src="render.js"></script>
"""
NUMBERS = {"bigint", "integer", "numeric", "double precision"}


def value(text, kind, is_time):
    if text == "" and kind != "text":
        return None
    if kind.startswith("timestamp"):
        return datetime.datetime.fromisoformat(text + ":00" if text[-3] in "+-" else text).timestamp() * 1000
    if kind in NUMBERS:
        return float(text) * 1000 if is_time else float(text)
    return text


def columns(answer):
    made = []
    for n, (name, kind) in enumerate(zip(answer.columns, answer.types, strict=True)):
        is_time = name in ("time", "timeend") or kind.startswith("timestamp")
        made.append({"name": name, "type": "time" if is_time else "number" if kind in NUMBERS else "string",
                     "values": [value(row[n], kind, is_time) for row in answer.rows]})
    return made


def by_metric(fields):
    """Rows of time, metric and value as a field for each metric."""
    times, metrics, values = (f["values"] for f in fields)
    at = {time: n for n, time in enumerate(sorted(set(times)))}
    made = {metric: [None] * len(at) for metric in dict.fromkeys(metrics)}
    for time, metric, number in zip(times, metrics, values, strict=True):
        made[metric][at[time]] = number
    return [{"name": "time", "type": "time", "values": list(at)}] + [
        {"name": metric, "type": "number", "values": numbers} for metric, numbers in made.items()]


def frame(target, answer):
    fields = columns(answer)
    if target.get("format") == "time_series" and "metric" in answer.columns:
        fields = by_metric(fields)
    return {"refId": target["refId"], "fields": fields}


for dashboard in grafana.dashboards():
    values = grafana.defaults(dashboard, ask)
    if dashboard["uid"] == "vobiz-customer":
        values["account"] = ask("SELECT account_id FROM vobiz_bi.usage_daily WHERE partner_id = 'PA_ACME' GROUP BY 1 "
                                "ORDER BY sum(total_cost) DESC LIMIT 1").rows[0][0]
    start, end = grafana.time_range(dashboard["time"]["from"])
    names = {"account": dict(ask("SELECT auth_id, name FROM vobiz.accounts").rows)}
    whole = {"dashboard": dashboard, "from": start.timestamp() * 1000, "to": end.timestamp() * 1000,
             "zone": ask("SELECT timezone FROM vobiz.settings").rows[0][0], "panels": {}, "marks": [],
             "variables": {name: names.get(name, {}).get(value, "All" if value == grafana.ALL else value)
                           for name, value in values.items()}}
    for panel in grafana.panels(dashboard):
        whole["panels"][panel["id"]] = [
            frame(t, ask(grafana.expand(t["rawSql"], values, start, end))) for t in panel["targets"]]
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in dashboard["panels"]) * 38 + 80
    pathlib.Path(sys.argv[1], dashboard["uid"].removeprefix("vobiz-") + ".html").write_text(
        PAGE % (height, json.dumps(whole).replace("</", "<\\/"), sys.argv[2]), encoding="utf-8")
