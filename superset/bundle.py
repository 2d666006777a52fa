#!/usr/bin/env python3
"""Writes a bundle that Apache Superset imports: datasets over ten views, a chart of each, and a dashboard.

usage: PGHOST=… PGUSER=… PGDATABASE=… bundle.py FILE.zip --uri postgresql+psycopg2://grafana@HOST/vobiz

The columns and their comments are read with psql from the mirror, so that they are those of the installed schema. --uri
is where Superset finds the mirror; Superset asks for its password. Import FILE.zip under Dashboards, Import dashboard.
There Superset overwrites nothing but the dashboard: after an upgrade make the bundle with --assets, and post it to
/api/v1/assets/import/, which overwrites datasets and charts, too. The ids are always the same.
"""
import argparse
import json
import subprocess
import sys
import uuid
import zipfile

DATABASE = "vobiz"
DASHBOARD = "Vobiz overview"
# By view: the column of time, and metrics by name: SQL, and what it is. Amounts of currencies are never added: each
# chart of amounts has a row or line for each.
METRICS = {
    "usage_daily": ("day", {
        "calls": ("SUM(attempts)", "calls, answered or not"),
        "minutes": ("SUM(billsec) / 60.0", "billable minutes"),
        "spend": ("SUM(total_cost)", "what calls cost; group by currency")}),
    "kpi_daily": ("day", {
        "answer_rate": ("100.0 * SUM(answered) / NULLIF(SUM(attempts), 0)", "ASR, in percent"),
        "ner": ("100.0 * SUM(network_effective_calls) / NULLIF(SUM(attempts), 0)",
                "network effectiveness, in percent")}),
    "quality_daily": ("day", {
        "mos": ("SUM(average_mos_points * measured_calls) / NULLIF(SUM(measured_calls), 0)", "mean opinion score")}),
    "hangup_daily": ("day", {"calls": ("SUM(attempts)", "calls")}),
    "wallet_runway": (None, {"balance": ("SUM(balance)", "what is in the wallets; group by currency")}),
    "number_inventory": (None, {
        "numbers": ("COUNT(*)", "telephone numbers"), "fees": ("SUM(monthly_fee)", "a month; group by currency")}),
    "account_statement_monthly": ("month", {
        "credit": ("SUM(credit)", "paid in; group by currency"), "debit": ("SUM(debit)", "taken; group by currency")}),
    "open_breaks": ("billing_day", {
        "breaks": ("COUNT(*)", "differences that nobody has accepted"),
        "worth": ("SUM(amount)", "money that they are about; group by currency")}),
    "completeness_calendar": ("utc_day", {"days": ("COUNT(*)", "UTC days of streams")}),
    "account_overview": (None, {"customers": ("COUNT(*)", "customers")}),
}
LINE, BAR, TABLE = "echarts_timeseries_line", "echarts_timeseries_bar", "table"
# By view: title, kind of chart, columns to group by, metrics.
CHARTS = {
    "usage_daily": ("Spend by day", BAR, ["currency"], ["spend"]),
    "kpi_daily": ("Answer rate and network effectiveness", LINE, [], ["answer_rate", "ner"]),
    "quality_daily": ("Mean opinion score", LINE, [], ["mos"]),
    "hangup_daily": ("How calls end", BAR, ["hangup_class"], ["calls"]),
    "wallet_runway": ("Wallets", TABLE, ["account_name", "account_id", "currency", "runway_days"], ["balance"]),
    "number_inventory": ("Numbers by customer", TABLE, ["account_name", "account_id", "currency"], ["numbers", "fees"]),
    "account_statement_monthly": ("Ledger by month", TABLE, ["month", "currency"], ["credit", "debit"]),
    "open_breaks": ("Open breaks", TABLE, ["check_name", "kind", "currency"], ["breaks", "worth"]),
    "completeness_calendar": ("Days by state", TABLE, ["stream", "state"], ["days"]),
    "account_overview": ("Customers by pricing tier", TABLE, ["pricing_tier_name", "currency"], ["customers"]),
}
COLUMNS = """SELECT json_agg(json_build_object('view', c.relname, 'name', a.attname, 'about', obj_description(c.oid),
  'type', upper(format_type(a.atttypid, NULL)), 'comment', col_description(c.oid, a.attnum))
  ORDER BY c.relname, a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'vobiz_bi'::regnamespace AND c.relname = ANY ('{%s}')"""


def stable_id(*parts):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "vobiz-syncd superset " + " ".join(parts)))


def read_columns():
    done = subprocess.run(["psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-c", COLUMNS % ",".join(METRICS)], text=True,
                          capture_output=True, check=False)
    if done.returncode != 0:
        sys.exit("bundle.py: the mirror cannot be read: " + done.stderr.strip())
    found = json.loads(done.stdout or "null") or []
    missing = set(METRICS) - {column["view"] for column in found}
    if missing:
        sys.exit(f"bundle.py: the database has no vobiz_bi.{min(missing)}: run vobiz-syncd migrate")
    return found


def database(uri):
    return {"database_name": DATABASE, "sqlalchemy_uri": uri, "cache_timeout": None, "expose_in_sqllab": True,
            "allow_run_async": False, "allow_ctas": False, "allow_cvas": False, "allow_dml": False,
            "allow_file_upload": False, "extra": {}, "uuid": stable_id("database"), "version": "1.0.0"}


def dataset(view, columns):
    time, metrics = METRICS[view]
    return {
        "table_name": view, "main_dttm_col": time, "description": columns[0]["about"], "default_endpoint": None,
        "offset": 0, "cache_timeout": None, "schema": "vobiz_bi", "sql": None, "params": None, "template_params": None,
        "filter_select_enabled": True, "fetch_values_predicate": None, "extra": None,
        "uuid": stable_id("dataset", view), "version": "1.0.0", "database_uuid": stable_id("database"),
        "metrics": [{"metric_name": name, "verbose_name": name.replace("_", " "), "metric_type": None,
                     "expression": sql, "description": says, "d3format": None, "extra": None, "warning_text": None}
                    for name, (sql, says) in metrics.items()],
        "columns": [{"column_name": c["name"], "verbose_name": None, "expression": None, "description": c["comment"],
                     "is_dttm": c["type"] == "DATE" or c["type"].startswith("TIMESTAMP"), "is_active": True,
                     "type": c["type"], "groupby": True, "filterable": True, "python_date_format": None, "extra": None}
                    for c in columns]}


def query_of(view):
    """What a chart asks for: the columns to group by, time first, and the metrics."""
    _, kind, columns, metrics = CHARTS[view]
    time, _ = METRICS[view]
    axis = [] if kind == TABLE else [time]
    return {"columns": axis + columns, "metrics": metrics, "orderby": [], "filters": [], "row_limit": 10000,
            "time_range": "No filter", "extras": {}, "annotation_layers": [], "applied_time_extras": {},
            "is_timeseries": False}


def chart(view):
    title, kind, columns, metrics = CHARTS[view]
    time, _ = METRICS[view]
    params = {"viz_type": kind, "metrics": metrics, "groupby": columns, "adhoc_filters": [], "row_limit": 10000,
              "time_range": "No filter"}
    if kind == TABLE:
        params |= {"query_mode": "aggregate", "table_timestamp_format": "smart_date", "order_desc": True}
    else:
        params |= {"x_axis": time, "time_grain_sqla": "P1D", "show_legend": True, "rich_tooltip": True,
                   "stack": "Stack" if kind == BAR else None}
    context = {"datasource": {"id": 0, "type": "table"}, "force": False, "queries": [query_of(view)],
               "form_data": params, "result_format": "json", "result_type": "full"}
    return {"slice_name": title, "description": f"of vobiz_bi.{view}", "certified_by": None,
            "certification_details": None, "viz_type": kind, "params": params, "query_context": json.dumps(context),
            "cache_timeout": None, "uuid": stable_id("chart", view), "version": "1.0.0",
            "dataset_uuid": stable_id("dataset", view)}


def dashboard():
    """Two charts in a row of twelve columns."""
    places = {"DASHBOARD_VERSION_KEY": "v2", "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
              "GRID_ID": {"type": "GRID", "id": "GRID_ID", "parents": ["ROOT_ID"], "children": []},
              "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": DASHBOARD}}}
    for n, (view, (title, *_)) in enumerate(CHARTS.items()):
        row, place = f"ROW-{n // 2}", f"CHART-{view}"
        if row not in places:
            places[row] = {"type": "ROW", "id": row, "parents": ["ROOT_ID", "GRID_ID"], "children": [],
                           "meta": {"background": "BACKGROUND_TRANSPARENT"}}
            places["GRID_ID"]["children"].append(row)
        places[row]["children"].append(place)
        places[place] = {"type": "CHART", "id": place, "parents": ["ROOT_ID", "GRID_ID", row], "children": [],
                         "meta": {"width": 6, "height": 50, "chartId": n + 1, "sliceName": title,
                                  "uuid": stable_id("chart", view)}}
    return {"dashboard_title": DASHBOARD, "description": "The mirror of the Vobiz Partner API, by vobiz-syncd",
            "css": "", "slug": "vobiz-overview", "certified_by": None, "certification_details": None, "published": True,
            "uuid": stable_id("dashboard"), "position": places, "metadata": {"native_filter_configuration": []},
            "version": "1.0.0"}


def bundle(uri, columns, kind):
    """The files of the bundle, which are YAML: JSON is."""
    files = {"metadata.yaml": {"version": "1.0.0", "type": kind, "timestamp": "2026-01-01T00:00:00+00:00"},
             f"databases/{DATABASE}.yaml": database(uri), f"dashboards/{DASHBOARD.replace(' ', '_')}.yaml": dashboard()}
    for view in METRICS:
        files[f"datasets/{DATABASE}/{view}.yaml"] = dataset(view, [c for c in columns if c["view"] == view])
        files[f"charts/{view}.yaml"] = chart(view)
    return files


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--uri", required=True, help="how Superset reaches the mirror, without a password")
    parser.add_argument("--assets", action="store_true", help="for /api/v1/assets/import/, and not for the page")
    chosen = parser.parse_args()
    kind = "assets" if chosen.assets else "Dashboard"
    with zipfile.ZipFile(chosen.file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in bundle(chosen.uri, read_columns(), kind).items():
            entry = zipfile.ZipInfo("vobiz/" + name, (2026, 1, 1, 0, 0, 0))
            zipped.writestr(entry, json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
