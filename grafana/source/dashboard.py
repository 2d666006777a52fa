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

# The rollup by hour has an empty text for NULL.
HOURS_CURRENCY = "coalesce(nullif(currency, ''), 'XXX') = ${currency:sqlstring}"
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


def dashboard(uid, title, says, since, variables, lines, refresh="5m"):
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
            "iconColor": "rgba(0, 211, 255, 1)", "name": "Annotations & Alerts", "type": "dashboard"}]},
        "links": [{"type": "dashboards", "title": "Dashboards", "tags": ["vobiz"], "asDropdown": True,
                   "icon": "external link", "includeVars": True, "keepTime": True, "targetBlank": False, "tooltip": "",
                   "url": ""}],
        "templating": {"list": [_variable(name) for name in variables]},
        "panels": panels,
    }
