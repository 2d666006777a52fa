#!/usr/bin/env python3
"""measure.py FILE: measures how long PostgreSQL takes for each statement of each dashboard, with the time range and the
variables that the dashboard opens with and the settings of README.md's user grafana: the median of three runs after a
first one. Writes FILE as JSON and a table to the standard output; ends with 1 when a panel takes 200 ms or more."""
import json
import pathlib
import statistics
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "dashboards"))
import grafana
from reader import ask, psql

TARGET_MILLISECONDS = 200


def milliseconds(sql):
    explain = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}\n;\n\\echo\n"
    output = psql("SET ROLE vobiz_reader;\nSET jit = off;\n" + explain * 4)
    plans = []
    for part in output.split("QUERY PLAN\n")[1:]:
        plans.append(json.loads(part.strip().strip('"').replace('""', '"'))[0])
    return statistics.median(p["Planning Time"] + p["Execution Time"] for p in plans[1:])


def main():
    panels = []
    for dashboard in grafana.dashboards():
        values = grafana.defaults(dashboard, ask)
        start, end = grafana.time_range(dashboard["time"]["from"])
        of_variables = [{"title": f'variable {v["name"]}', "targets": [{"rawSql": v["query"]}]}
                        for v in dashboard["templating"]["list"]]
        for panel in of_variables + grafana.panels(dashboard):
            took = [milliseconds(grafana.expand(t["rawSql"], values, start, end)) for t in panel["targets"]]
            panels.append({"dashboard": dashboard["title"], "panel": panel["title"],
                           "milliseconds": round(sum(took), 1)})
    rows = {table: int(ask(f"SELECT count(*) FROM vobiz.{table}").rows[0][0])
            for table in ("cdrs", "transactions", "usage_buckets", "hangup_buckets", "ledger_buckets",
                          "reconciliation_results")}
    version = ask("SELECT current_setting('server_version')").rows[0][0]
    slow = [p for p in panels if p["milliseconds"] >= TARGET_MILLISECONDS]
    result = {"postgresql": version, "rows": rows, "target_milliseconds": TARGET_MILLISECONDS, "panels": panels}
    pathlib.Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n")
    for panel in sorted(panels, key=lambda p: -p["milliseconds"]):
        print(f'{panel["milliseconds"]:9.1f} ms  {panel["dashboard"]}: {panel["panel"]}')
    print(", ".join(f"{n} {table}" for table, n in rows.items()))
    print(f"{len(panels) - len(slow)} of {len(panels)} below {TARGET_MILLISECONDS} ms")
    sys.exit(1 if slow else 0)


main()
