"""A dashboard around its panels: places, variables, links."""
import json

from panels import DATASOURCE, PLUGIN

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
# In place of "account": one customer, and not several or all.
ONE_ACCOUNT = "one account"
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

# The time range as billing days: the first and the last, how many they are, and today.
_RANGE = """(SELECT vobiz.billing_day($__timeFrom()) AS first_day, vobiz.billing_day($__timeTo()) AS last_day,
  vobiz.billing_day($__timeTo()) - vobiz.billing_day($__timeFrom()) + 1 AS days, vobiz.billing_day(now()) AS today)"""


# Grafana shows no change against infinity. So there is none where the days before were not all mirrored, since a mirror
# that begins in them would look like growth, and none where there was nothing.
_IS_KNOWN = f"""(SELECT first_day - days FROM {_RANGE} r) > (SELECT max(begins) FROM (
    SELECT min(day) AS begins FROM vobiz_sync.windows WHERE stream = 'cdrs' AND {PARTNER} GROUP BY partner_id) w)"""


def _two_rows(name, value, source):
    return f"""
SELECT p.since AS time,
  CASE WHEN p.period = 1 THEN {value} WHEN {_IS_KNOWN} THEN coalesce(nullif({value}, 0), 'Infinity') ELSE 'Infinity'
    END AS {name}
FROM (SELECT 1 AS period, vobiz.billing_day_start(first_day) AS since FROM {_RANGE} r
  UNION ALL SELECT 0, vobiz.billing_day_start(first_day - days) FROM {_RANGE} r) p
LEFT JOIN ({source}) v USING (period)
GROUP BY p.period, p.since ORDER BY p.period"""


def of_both_days(name, value, rows, who):
    """SQL: a row of the billing days before the time range, as many as it has, and one of those that it touches.
    `value` is an aggregate of the columns of `rows`, which have billing days: ratios, and what is known by day only."""
    value = f"({value})::double precision"
    return _two_rows(name, value, f"""
  SELECT 1 AS period, d.* FROM {rows} d WHERE day {DAYS} AND {who}
  UNION ALL
  SELECT 0, d.* FROM {rows} d
  WHERE day BETWEEN (SELECT first_day - days FROM {_RANGE} r) AND (SELECT last_day - days FROM {_RANGE} r) AND {who}""")


def calls_of_both(name, value, who):
    """The same of calls. Of the day that today is compared with only the quarters of an hour count that had begun at
    this time of day: else a day that is not over would look like a fall."""
    columns = "partner_id, account_id, call_direction, nullif(currency, '') AS currency, attempts, answered, " \
        "billsec, total_cost"
    value = f"({value})::double precision"
    days = f"(SELECT day, {columns} FROM vobiz.usage_days)"
    return _two_rows(name, value, f"""
  SELECT 1 AS period, d.* FROM {days} d WHERE day {DAYS} AND {who}
  UNION ALL
  SELECT 0, d.* FROM {days} d
  WHERE day BETWEEN (SELECT first_day - days FROM {_RANGE} r) AND (SELECT last_day - days FROM {_RANGE} r)
    AND day <> (SELECT today - days FROM {_RANGE} r) AND {who}
  UNION ALL
  SELECT 0, d.* FROM (
    SELECT NULL::date, {columns} FROM vobiz.usage_buckets
    WHERE hour >= (SELECT vobiz.billing_day_start(today - days) FROM {_RANGE} r)
      AND hour < (SELECT vobiz.billing_day_start(today - days + 1) FROM {_RANGE} r)
      AND bucket_start < (SELECT vobiz.billing_day_start(today - days) + (now() - vobiz.billing_day_start(today))
        FROM {_RANGE} r WHERE today BETWEEN first_day AND last_day)) d
  WHERE {who}""")


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


# The currency of the customer's wallet comes first.
_CURRENCIES_OF_ONE = """
SELECT currency FROM (
  SELECT 0 AS place, vobiz.account_currency(${account:sqlstring}) AS currency
  UNION ALL SELECT DISTINCT 1, coalesce(currency, 'XXX') FROM vobiz_bi.usage_daily
  WHERE account_id = ${account:sqlstring}) c
WHERE currency IS NOT NULL GROUP BY currency ORDER BY min(place), currency"""

# Which data source: Grafana offers those of the plugin, and takes the default one or the first. A number is searched
# for with or without a "+".
_OTHERS = {
    "datasource": {"name": "datasource", "label": "Data source", "type": "datasource", "query": PLUGIN, "regex": "",
                   "description": "The PostgreSQL data source of the mirror", "refresh": 1, "hide": 0,
                   "includeAll": False, "multi": False, "skipUrlSync": False, "options": []},
    "number": {"name": "number", "label": "Number or id", "type": "textbox", "query": "", "hide": 0,
               "description": "Part of a telephone number, with or without a +, or a call's id", "skipUrlSync": False,
               "current": {"selected": True, "text": "", "value": ""},
               "options": [{"selected": True, "text": "", "value": ""}]},
}


def _variable(name, of_one):
    if name in _OTHERS:
        return _OTHERS[name]
    single = name == ONE_ACCOUNT
    name = "account" if single else name
    label, says, sql = _QUERIES[name]
    if name == "currency" and of_one:
        sql = _CURRENCIES_OF_ONE
    result = {"name": name, "label": label, "description": says, "type": "query", "datasource": DATASOURCE,
              "query": sql.strip(), "refresh": 1, "regex": "", "sort": 0, "hide": 0,
              "skipUrlSync": False, "options": []}
    if name == "currency" or single:
        return result | {"multi": False, "includeAll": False}
    return result | {"multi": True, "includeAll": True, "allValue": EVERYTHING,
                     "current": {"selected": True, "text": ["All"], "value": ["$__all"]}}


def row(title):
    return {"type": "row", "title": title, "collapsed": False, "panels": []}


# A dashboard that a link leads to gets the variables which both have; this stands for them until they are known.
_KEPT = "${@kept:%s}"
CUSTOMER = "vobiz-customer"


def to_customer(uid=CUSTOMER, own_currency=False):
    """Address of a dashboard for the customer of a table's row, with the row's currency where it has one."""
    own = "&var-currency=${__data.fields.currency}" if own_currency else ""
    kept = _KEPT % ("partner" if own_currency else "partner currency")
    return f"/d/{uid}?var-account=${{__data.fields.account_id}}{own}&{kept}&${{__url_time_range}}"


def _with_kept(panels, variables):
    """The panels with the variables in their links that this dashboard has."""
    text = json.dumps(panels, ensure_ascii=False)
    for names in ("partner", "partner currency"):
        kept = [f"${{{name}:queryparam}}" for name in ("datasource", *names.split())
                if name in ("datasource", *variables)]
        text = text.replace(_KEPT % names, "&".join(kept))
    return json.loads(text)


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
    panels = _with_kept(panels, variables)
    return {
        "uid": uid, "title": title, "description": says, "tags": ["vobiz"], "schemaVersion": 38, "version": 1,
        "editable": True, "graphTooltip": 1, "fiscalYearStartMonth": 0, "liveNow": False, "refresh": refresh,
        # That of Grafana, which its provisioning sets to the zone in which billing days begin.
        "timezone": "",
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
        "templating": {"list": [_variable(name, ONE_ACCOUNT in variables) for name in ("datasource", *variables)]},
        "panels": panels,
    }
