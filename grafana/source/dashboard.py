"""A dashboard around its panels: places, variables, links."""
from panels import DATASOURCE

# Grafana replaces a variable by a list of quoted values, or by this for "All". PostgreSQL compares the two constants
# when it plans, so that "All" costs nothing.
EVERYTHING = "'*'"


def chosen(variable, column):
    """SQL: the value of the column is chosen by the variable, or the variable is "All"."""
    return f"({EVERYTHING} IN (${{{variable}:sqlstring}}) OR {column} IN (${{{variable}:sqlstring}}))"


# A billing day is shown at the instant at which it begins. It is in the time range if any part of it is: so the first
# and the last day count whole, and the index by day can be used.
DAYS = "BETWEEN vobiz.billing_day($__timeFrom()) AND vobiz.billing_day($__timeTo())"
DAY_START = "vobiz.billing_day_start(day) AS time"
# The days of the API are UTC days.
UTC_DAYS = ("BETWEEN ($__timeFrom()::timestamptz AT TIME ZONE 'UTC')::date "
            "AND ($__timeTo()::timestamptz AT TIME ZONE 'UTC')::date")
DAYS_BEFORE = ("BETWEEN vobiz.billing_day($__timeFrom()::timestamptz - interval '7 days') "
               "AND vobiz.billing_day($__timeTo()::timestamptz - interval '7 days')")
A_WEEK_BEFORE = ("BETWEEN $__timeFrom()::timestamptz - interval '7 days' "
                 "AND $__timeTo()::timestamptz - interval '7 days'")

PARTNER = chosen("partner", "partner_id")
ACCOUNT = chosen("account", "account_id")
DIRECTION = chosen("direction", "call_direction")
CURRENCY = "coalesce(currency, 'XXX') = ${currency:sqlstring}"

# Figures of a time range are those of the billing days that it touches, whole, on every dashboard: one title, one
# number. Only charts by hour go by the hour.
ALL_DAYS = f"FROM vobiz_bi.usage_daily WHERE day {DAYS} AND {PARTNER}"
OF_DAYS = "on the billing days that the time range touches"
# The hours of all customers. The days are a condition too: hours that are not stored yet are computed from quarters.
ALL_HOURS = f"FROM vobiz.usage_hours WHERE day {DAYS} AND $__timeFilter(hour) AND {PARTNER}"
ALL_HOURS_BEFORE = f"FROM vobiz.usage_hours WHERE day {DAYS_BEFORE} AND hour {A_WEEK_BEFORE} AND {PARTNER}"


def hours_of_customers(in_time, days):
    """SQL: FROM and WHERE, by hour, of the chosen customers: the stored hours for all of them, or the quarters of an
    hour for some. PostgreSQL drops the other half when it plans."""
    return f"""FROM (
  SELECT hour, partner_id, call_direction, currency, attempts, answered, billsec, total_cost FROM vobiz.usage_hours
  WHERE {EVERYTHING} IN (${{account:sqlstring}}) AND day {days}
  UNION ALL
  SELECT hour, partner_id, call_direction, currency, attempts, answered, billsec, total_cost FROM vobiz.usage_buckets
  WHERE {EVERYTHING} NOT IN (${{account:sqlstring}}) AND account_id IN (${{account:sqlstring}})) h
WHERE {in_time} AND {PARTNER} AND {DIRECTION}"""


# Until when it is known that an hour without a call had none, by UTC day: for ever where the day is proven, until it
# was last read where it is open, never where anything is in doubt.
_KNOWN = f"""SELECT utc_day, CASE WHEN bool_and(state = 'proven') THEN 'infinity'::timestamptz
    WHEN bool_and(state IN ('proven', 'open')) THEN min(read_at) FILTER (WHERE state = 'open') END AS known_until
  FROM vobiz_bi.completeness_calendar WHERE stream = 'cdrs' AND {PARTNER} GROUP BY utc_day"""


def each_hour(values, source, later="0 days"):
    """SQL: a row for every hour of the time range. `values`: name, SQL, and whether an hour without calls is 0. It
    is, where that is known, and a gap otherwise. `later` moves the hours of another time."""
    def shown(n, name, nought):
        known = f"coalesce(v{n}, CASE WHEN k.known_until >= h.hour + interval '1 hour' THEN 0 END)"
        return (known if nought else f"v{n}") + f' AS "{name}"'
    columns = ",\n  ".join(shown(n, name, nought) for n, (name, _, nought) in enumerate(values))
    sums = ", ".join(f"{sql} AS v{n}" for n, (_, sql, _) in enumerate(values))
    return f"""WITH known AS MATERIALIZED (
  {_KNOWN}
), v AS (SELECT hour, {sums} {source} GROUP BY hour)
SELECT h.hour + interval '{later}' AS time, {columns}
FROM (SELECT g.hour FROM generate_series(
    date_trunc('hour', $__timeFrom()::timestamptz - interval '{later}', (SELECT timezone FROM vobiz.settings)),
    $__timeTo()::timestamptz - interval '{later}', interval '1 hour') g(hour)
  WHERE g.hour >= $__timeFrom()::timestamptz - interval '{later}') h
LEFT JOIN v USING (hour) LEFT JOIN known k ON k.utc_day = (h.hour AT TIME ZONE 'UTC')::date
ORDER BY 1"""


# Every chart over time has these days marked.
_NOT_PROVEN = f"""
SELECT extract(epoch FROM utc_day::timestamp AT TIME ZONE 'UTC') AS time,
  extract(epoch FROM (utc_day + 1)::timestamp AT TIME ZONE 'UTC') AS timeend,
  'UTC day ' || utc_day || ' is not proven: ' || string_agg(DISTINCT stream || ' ' || state, ', ') AS text
FROM vobiz_bi.completeness_calendar
WHERE utc_day {UTC_DAYS} AND utc_day < (now() AT TIME ZONE 'UTC')::date AND {PARTNER}
  AND stream IN ('cdrs', 'transactions') AND state <> 'proven'
GROUP BY utc_day ORDER BY 1"""


_QUERIES = {
    "partner": ("Partner", "The partner account of the provider", """
SELECT partner_id AS __value, coalesce(nullif(name, ''), partner_id) AS __text FROM vobiz.partners ORDER BY 2"""),
    "account": ("Customer", "Customers of the chosen partners", f"""
SELECT auth_id AS __value, coalesce(nullif(name, ''), auth_id) AS __text FROM vobiz.accounts
WHERE {PARTNER} ORDER BY 2, 1"""),
    "direction": ("Direction", "Inbound or outbound calls", """
SELECT unnest(ARRAY['inbound', 'outbound'])"""),
    # The currencies of wallets and calls; XXX is for calls without one. The currency of most wallets comes first.
    "currency": ("Currency", "Amounts of one currency only: currencies are never added together", """
SELECT currency FROM (
  SELECT vobiz.account_currency(auth_id) AS currency FROM vobiz.accounts
  UNION ALL SELECT DISTINCT coalesce(currency, 'XXX') FROM vobiz_bi.usage_daily
  WHERE day > vobiz.billing_day(now()) - 35) c
GROUP BY currency ORDER BY count(*) DESC, currency"""),
}


def _variable(name):
    label, says, sql = _QUERIES[name]
    result = {"name": name, "label": label, "description": says, "type": "query", "datasource": DATASOURCE,
              "query": sql.strip(), "definition": sql.strip(), "refresh": 1, "regex": "", "sort": 0, "hide": 0,
              "skipUrlSync": False, "options": []}
    if name == "currency":
        return result | {"multi": False, "includeAll": False, "current": {}}
    return result | {"multi": True, "includeAll": True, "allValue": EVERYTHING,
                     "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": []}


def to_customer(uid):
    """Address of a dashboard for the customer of a table's row."""
    return f"/d/{uid}?var-account=${{__data.fields.account_id}}&${{partner:queryparam}}&${{__url_time_range}}"


def dashboard(uid, title, says, since, variables, lines, refresh="5m", marks_unproven=False):
    """`lines` are rows (see row) and tuples of a height and the panels side by side, which share the width
    of 24 evenly or as their member "wide" says."""
    panels, y = [], 0
    for line in lines:
        if isinstance(line, dict):
            height, line = 1, [line | {"wide": 24}]
        else:
            height, *line = line
        x = 0
        for panel in line:
            width = panel.pop("wide", 24 // len(line))
            panel["gridPos"] = {"h": height, "w": width, "x": x, "y": y}
            panel["id"] = len(panels) + 1
            panels.append(panel)
            x += width
        y += height
    return {
        "uid": uid, "title": title, "description": says, "tags": ["vobiz"], "schemaVersion": 38, "version": 1,
        "editable": True, "graphTooltip": 1, "fiscalYearStartMonth": 0, "liveNow": False, "refresh": refresh,
        # The default of reconcile.timezone, in which billing days begin.
        "timezone": "Asia/Kolkata",
        "time": {"from": since, "to": "now"}, "timepicker": {},
        "annotations": {"list": [{
            "builtIn": 1, "datasource": {"type": "grafana", "uid": "-- Grafana --"}, "enable": True, "hide": True,
            "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"}] + ([{
                "datasource": DATASOURCE, "enable": True, "hide": False, "iconColor": "orange",
                "name": "Days that are not proven", "target": {
                    "editorMode": "code", "format": "table", "rawQuery": True, "rawSql": _NOT_PROVEN.strip(),
                    "refId": "Anno"}}] if marks_unproven else [])},
        "links": [{"type": "dashboards", "title": "Dashboards", "tags": ["vobiz"], "asDropdown": True,
                   "icon": "external link", "includeVars": True, "keepTime": True, "targetBlank": False, "tooltip": "",
                   "url": ""}],
        "templating": {"list": [_variable(name) for name in variables]},
        "panels": panels,
    }
