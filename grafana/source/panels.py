"""Panels as Grafana 10 and 11 read them. Statements and texts of the panels are in the files of the dashboards."""

# The id of Grafana's PostgreSQL plugin until 10.2; later versions accept it as an alias.
DATASOURCE = {"type": "postgres", "uid": "vobiz"}

GREEN, YELLOW, ORANGE, RED, BLUE, GREY = "green", "yellow", "orange", "red", "blue", "#808080"

# Grafana has no unit for an amount of any currency: the currency is in the panel's title or in the row.
MONEY = "locale"


def limits(*steps):
    """Colours by value: the first colour, then (from, colour) pairs."""
    first, *others = steps
    return [{"color": first, "value": None}] + [{"color": c, "value": v} for v, c in others]


def _targets(statements, form):
    return [{"datasource": DATASOURCE, "editorMode": "code", "format": form, "rawQuery": True,
             "rawSql": sql.strip(), "refId": chr(ord("A") + n)} for n, sql in enumerate(statements)]


def _panel(kind, title, says, unit, empty, statements, form, options, decimals, steps, custom=None,
           overrides=()):
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


def stat(title, says, unit, sql, steps=None, to=None, decimals=None, empty="nothing yet", nought=None):
    """One number. `to` is the uid of the dashboard with the details; `nought` what is shown, in green, for 0."""
    result = _panel("stat", title, says, unit, empty, [sql], "table", {
        "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto",
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}, decimals, steps)
    if nought:
        result["fieldConfig"]["defaults"]["mappings"] = [
            {"type": "value", "options": {"0": {"text": nought, "color": GREEN, "index": 0}}}]
    if to:
        result["links"] = [{"title": "More", "url": f"/d/{to}?${{__url_time_range}}&${{__all_variables}}"}]
    return result


def series(title, says, unit, *statements, style="line", decimals=None, steps=None, low=None, high=None,
           dashed=None, empty="no calls in this time range"):
    """Numbers over time: columns "time" and one for each line, or "time", "metric" and "value". `dashed` names
    a column that is only for comparison."""
    custom = {"drawStyle": "bars" if style in ("bars", "stacked bars") else "line", "lineWidth": 1,
              "fillOpacity": 70 if "bars" in style else 10, "showPoints": "auto", "spanNulls": False,
              "stacking": {"mode": "normal" if "stacked" in style else "none", "group": "A"}}
    if steps:
        custom["thresholdsStyle"] = {"mode": "dashed"}
    result = _panel("timeseries", title, says, unit, empty, statements, "time_series", {
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True},
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


def bars(title, says, unit, sql, empty, decimals=None):
    """A number for each text in the first column."""
    return _panel("barchart", title, says, unit, empty, [sql], "table", {
        "orientation": "horizontal", "showValue": "auto", "stacking": "none", "xTickLabelRotation": 0,
        "legend": {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": False},
        "tooltip": {"mode": "single", "sort": "none"}}, decimals, None, {"fillOpacity": 80, "lineWidth": 1}, [TEXT])


def table(title, says, sql, empty, units=None, colours=None, words=None, links=None, hidden=()):
    """Rows. By column: `units`, `colours` (see limits), `words` (text to colour), `links` (an address)."""
    footer = {"show": False, "reducer": ["sum"], "fields": ""}
    result = _panel("table", title, says, "none", empty, [sql], "table",
                    {"cellHeight": "sm", "showHeader": True, "footer": footer}, None, None,
                    {"align": "auto", "cellOptions": {"type": "auto"}, "inspect": False, "filterable": True})
    overrides = result["fieldConfig"]["overrides"]
    # Otherwise the text for an empty table would be in every empty cell.
    overrides.append({"matcher": {"id": "byRegexp", "options": ".*"}, "properties": [{"id": "noValue", "value": "–"}]})
    overrides.append(TEXT)
    for column, unit in (units or {}).items():
        overrides.append(_override(column, {"unit": unit} | ({"decimals": 2} if unit in (MONEY, "percent") else {})))
    for column, steps in (colours or {}).items():
        overrides.append(_override(column, {
            "custom.cellOptions": {"type": "color-text"}, "color": {"mode": "thresholds"},
            "thresholds": {"mode": "absolute", "steps": steps}}))
    for column, colour_of in (words or {}).items():
        overrides.append(_override(column, {"custom.cellOptions": {"type": "color-text"}, "mappings": [{
            "type": "value", "options": {word: {"color": colour, "index": n}
                                         for n, (word, colour) in enumerate(colour_of.items())}}]}))
    for column, url in (links or {}).items():
        overrides.append(_override(column, {"links": [{"title": "Show", "url": url}]}))
    for column in hidden:
        overrides.append(_override(column, {"custom.hidden": True}))
    return result


def states(title, says, sql, meanings, empty):
    """A coloured square for each time and "metric"; "value" is a place in `meanings`, pairs of word and colour."""
    result = _panel("status-history", title, says, "none", empty, [sql], "time_series", {
        "showValue": "never", "rowHeight": 0.9, "colWidth": 0.9,
        "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True},
        "tooltip": {"mode": "single", "sort": "none"}}, None, None, {"fillOpacity": 80, "lineWidth": 0})
    result["fieldConfig"]["defaults"]["mappings"] = [{"type": "value", "options": {
        str(n): {"text": word, "color": colour, "index": n} for n, (word, colour) in enumerate(meanings)}}]
    return result


# Grafana reads a text of digits as a number, and "+91…" and "00912" lose what stands before them.
TEXT = {"matcher": {"id": "byType", "options": "string"}, "properties": [{"id": "unit", "value": "string"}]}


def _override(column, properties):
    return {"matcher": {"id": "byName", "options": column},
            "properties": [{"id": name, "value": value} for name, value in properties.items()]}
