"""Panels as Grafana 12.1 and newer read them. Statements and texts of the panels are in the files of the dashboards."""
import re

# Grafana's PostgreSQL plugin. Which of its data sources it is, a variable of each dashboard says.
PLUGIN = "grafana-postgresql-datasource"
DATASOURCE = {"type": PLUGIN, "uid": "${datasource}"}

GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "#808080"

# The currency is in the panel's title or in the row: this unit, which needs a symbol, has a thin space. Digits are
# grouped as the reader's language does, and there are exactly so many decimals as the panel says. EXACT is for single
# calls and for differences, which may be less than a cent.
MONEY = "currency:financial:\u2009"
EXACT = "exact " + MONEY
# The same for counts in full, with a hair space.
COUNT = "currency:financial:\u200a"
# Numbers of one or two decimals that have no unit.
ONE, TWO = "one none", "two none"
# What tables name shortly: the unit and its decimals.
_NAMED = {MONEY: (MONEY, 2), EXACT: (MONEY, 5), "short": (COUNT, 0), ONE: ("none", 1), TWO: ("none", 2)}
# The columns that need more or less room than others, in pixels.
WIDTHS = {"customer": 190, "call": 290, "call, entry or number": 290, "why": 300, "last error": 300,
          "currency": 85, "days": 70, "id": 70, "kind": 130, "direction": 100, "seconds": 85, "billed": 80, "MOS": 70,
          "check": 140, "state": 105, "partner": 110, "stream": 110, "command": 100, "UTC day": 105, "first day": 105,
          "last day": 105, "synced through": 120, "expected": 105, "actual": 105, "difference": 105, "reason": 400,
          "product": 110, "status": 90, "billing day": 110, "renews on": 110, "covered": 90, "blocked": 90}


def limits(*steps):
    """Colours by value: the first colour, then (from, colour) pairs."""
    first, *others = steps
    return [{"color": first, "value": None}] + [{"color": c, "value": v} for v, c in others]


def _targets(statements, form):
    return [{"datasource": DATASOURCE, "editorMode": "code", "format": form, "rawQuery": True,
             "rawSql": sql.strip(), "refId": chr(ord("A") + n)} for n, sql in enumerate(statements)]


def _panel(kind, title, says, unit, empty, statements, form, options, decimals, steps, custom=None,
           overrides=()):
    if unit == "short" and kind == "stat":
        unit, decimals = COUNT, decimals or 0
    defaults = {"unit": unit, "noValue": empty,
                "thresholds": {"mode": "absolute", "steps": steps or limits(GREEN)},
                "color": {"mode": "thresholds" if steps or kind == "stat" else "palette-classic"}}
    if decimals is not None:
        defaults["decimals"] = decimals
    if custom:
        defaults["custom"] = custom
    return {"type": kind, "title": title, "description": says, "datasource": DATASOURCE,
            "targets": _targets(statements, form), "options": options,
            "fieldConfig": {"defaults": defaults, "overrides": list(overrides)}}


# What is shown, in green, where 0 is good.
IN_ORDER = "all in order"


def stat(title, says, unit, sql, steps=None, to=None, decimals=None, empty="nothing yet", nought=None,
         good=None):
    """One number. `to` is the uid of the dashboard with the details; `nought` what is shown, in green, for 0. `good`
    says that the statement has a row of the period before and one of the time range: "up" if more is good, "down",
    or "same" if it is neither. The change between them is shown then."""
    options = {
        "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
        "reduceOptions": {"calcs": ["last"], "fields": "", "values": False}}
    if good:
        options |= {"showPercentChange": True,
                    "percentChangeColorMode": {"up": "standard", "down": "inverted", "same": "same_as_value"}[good]}
        says += (" Beside it the change against as many billing days before, up to the same time of day where today "
                 "is in the range.")
    result = _panel("stat", title, says, unit, empty, [sql], "table", options, decimals, steps)
    if nought:
        result["fieldConfig"]["defaults"]["mappings"] = [
            {"type": "value", "options": {"0": {"text": nought, "color": GREEN, "index": 0}}}]
    if to:
        result["links"] = [{"type": "link", "title": "More", "icon": "", "tooltip": "", "tags": [], "asDropdown": False,
                            "targetBlank": False, "includeVars": False, "keepTime": False,
                            "url": f"/d/{to}?${{__url_time_range}}&${{__all_variables}}"}]
    return result


def series(title, says, unit, *statements, style="line", decimals=None, steps=None, low=None, high=None,
           dashed=None, empty="no calls in this time range", legend=None):
    """Numbers over time: columns "time" and one for each line, or "time", "metric" and "value". `dashed` names
    a column that is only for comparison. The legend has sums, or lowest and highest values of what cannot be added,
    or what `legend` says."""
    custom = {"drawStyle": "bars" if style in ("bars", "stacked bars") else "line", "lineWidth": 1,
              "fillOpacity": 70 if "bars" in style else 10, "showPoints": "auto", "spanNulls": False,
              # A bar stands on its hour or day, not around the instant at which that begins.
              "barAlignment": 1,
              "stacking": {"mode": "normal" if "stacked" in style else "none", "group": "A"}}
    if style == "steps":
        custom["lineInterpolation"] = "stepAfter"
    if steps:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    result = _panel("timeseries", title, says, unit, empty, statements, "time_series", {
        "legend": {"calcs": legend or (["sum"] if unit in (MONEY, "short") else ["min", "max"]), "displayMode": "list",
                   "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"}}, decimals, steps, custom)
    defaults = result["fieldConfig"]["defaults"]
    defaults["color"] = {"mode": "palette-classic"}
    defaults |= {name: value for name, value in (("min", low), ("max", high)) if value is not None}
    if dashed:
        result["fieldConfig"]["overrides"].append(_override(dashed, {
            "color": {"mode": "fixed", "fixedColor": GREY}, "custom.fillOpacity": 0, "custom.drawStyle": "line",
            "custom.stacking": {"mode": "none", "group": "A"},
            "custom.lineStyle": {"dash": [6, 6], "fill": "dash"}}))
    return result


def bars(title, says, unit, sql, empty, decimals=None, upright=False):
    """A number for each text in the first column: a dozen of them, or more that stand upright and have fewer labels."""
    return _panel("barchart", title, says, unit, empty, [sql], "table", {
        "orientation": "vertical" if upright else "horizontal", "showValue": "never" if upright else "auto",
        "stacking": "none", "xTickLabelRotation": 0, "xTickLabelSpacing": 100 if upright else 0,
        "barWidth": 0.8, "groupWidth": 0.7, "barRadius": 0, "fullHighlight": False,
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "tooltip": {"mode": "single", "sort": "none"}}, decimals, None, {"fillOpacity": 80, "lineWidth": 1}, [TEXT])


def table(title, says, sql, empty, units=None, colours=None, words=None, links=None, hidden=()):
    """Rows. By column: `units`, `colours` (see limits), `words` (text to colour), `links` (an address)."""
    result = _panel("table", title, says, "none", empty, [sql], "table",
                    {"cellHeight": "sm", "showHeader": True}, None, None,
                    {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "filterable": True,
                     # The default of 150 pixels pushes the last columns out of a narrow panel.
                     "minWidth": 85})
    overrides = result["fieldConfig"]["overrides"]
    # Otherwise the text for an empty table would be in every empty cell.
    overrides.append({"matcher": {"id": "byRegexp", "options": ".*"}, "properties": [{"id": "noValue", "value": "–"}]})
    overrides.append(TEXT)
    for column, unit in (units or {}).items():
        if unit == "dateTimeAsIso":
            overrides.append(_override(column, {"custom.width": 170}))
        if unit in _NAMED:
            unit, decimals = _NAMED[unit]
            overrides.append(_override(column, {"unit": unit, "decimals": decimals}))
        else:
            overrides.append(_override(column, {"unit": unit} | ({"decimals": 1} if unit == "percent" else {})))
    for column, steps in (colours or {}).items():
        overrides.append(_override(column, {
            "custom.cellOptions": {"type": "color-text"}, "color": {"mode": "thresholds"},
            "thresholds": {"mode": "absolute", "steps": steps}}))
    for column, colour_of in (words or {}).items():
        overrides.append(_override(column, {"custom.cellOptions": {"type": "color-text"},
                                            "color": {"mode": "fixed", "fixedColor": "text"}, "mappings": [{
            "type": "value", "options": {word: {"color": colour, "index": n}
                                         for n, (word, colour) in enumerate(colour_of.items())}}]}))
    for column, url in (links or {}).items():
        overrides.append(_override(column, {"links": [{"title": "Show", "url": url}]}))
    for column, width in WIDTHS.items():
        if re.search(rf'(AS |, )("{column}"|{column})(,|\n|$)', sql):
            overrides.append(_override(column, {"custom.width": width}))
    for column in hidden:
        overrides.append(_override(column, {"custom.hidden": True}))
    return result


def states(title, says, sql, meanings, empty):
    """A coloured square for each time and "metric"; "value" is a place in `meanings`, pairs of word and colour."""
    result = _panel("status-history", title, says, "none", empty, [sql], "time_series", {
        "showValue": "never", "rowHeight": 0.9, "colWidth": 0.9,
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "single", "sort": "none"}}, None, None, {"fillOpacity": 80, "lineWidth": 0})
    result["fieldConfig"]["defaults"]["mappings"] = [{"type": "value", "options": {
        str(n): {"text": word, "color": colour, "index": n} for n, (word, colour) in enumerate(meanings)}}]
    return result


# Grafana reads a text of digits as a number, and "+91…" and "00912" lose what stands before them.
TEXT = {"matcher": {"id": "byType", "options": "string"}, "properties": [{"id": "unit", "value": "string"}]}


def _override(column, properties):
    return {"matcher": {"id": "byName", "options": column},
            "properties": [{"id": name, "value": value} for name, value in properties.items()]}
