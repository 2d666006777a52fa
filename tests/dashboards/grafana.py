"""Expands a dashboard's statements as Grafana does before it sends them to PostgreSQL (its macros.go and the variable
format sqlstring), as far as the dashboards need it. A macro that is left over is an error."""
import datetime
import json
import pathlib
import re

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FOLDER = SOURCE / "grafana" / "dashboards"
# What a variable is replaced by for "All".
ALL = "'*'"


def dashboards():
    return [json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))]


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def defaults(dashboard, ask):
    """The initial values of the dashboard's variables; `ask` runs a statement."""
    values = {}
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "textbox":
            values[variable["name"]] = variable["query"]
        if variable["type"] != "query":
            continue
        offered = [row[0] for row in ask(expand(variable["query"], values, *time_range("now-1h"))).rows]
        values[variable["name"]] = variable["allValue"] if variable["includeAll"] else offered[0]
        variable["offered"] = offered
    return values


def queries(dashboard):
    """The variables with a statement."""
    return [variable for variable in dashboard["templating"]["list"] if variable["type"] == "query"]


def rules():
    """Alert rules as provisioned."""
    made = json.loads((SOURCE / "grafana/provisioning/alerting/vobiz.json").read_text(encoding="utf-8"))
    return [rule for group in made["groups"] for rule in group["rules"]]


def time_range(since, until=None):
    """The instants of "now-7d" and now."""
    until = until or datetime.datetime.now(datetime.UTC)
    number, unit = re.fullmatch(r"now-(\d+)([hd])", since).groups()
    return until - datetime.timedelta(hours=int(number) * {"h": 1, "d": 24}[unit]), until


def expand(sql, variables, start, end):
    """`variables`: the chosen values of each, or one text. A text that is already quoted, as a custom "All" is, stays
    as it is."""
    def value(match):
        chosen = variables[match[1]]
        if isinstance(chosen, str) and chosen.startswith("'"):
            return chosen
        return ",".join("'" + v.replace("'", "''") + "'" for v in ([chosen] if isinstance(chosen, str) else chosen))

    literal = {"__timeFrom": _literal(start), "__timeTo": _literal(end)}

    def macro(match):
        name, arguments = match[1], [a.strip() for a in match[2].split(",")]
        if name in literal:
            return literal[name]
        if name == "__timeFilter":
            return f"{arguments[0]} BETWEEN {literal['__timeFrom']} AND {literal['__timeTo']}"
        if name == "__timeGroup" and arguments[1] == "'1h'":
            return f"floor(extract(epoch from {arguments[0]})/3600)*3600"
        raise ValueError(f"unknown macro \"{match[0]}\"")

    result = re.sub(r"\$\{(\w+):sqlstring\}", value, sql)
    result = re.sub(r"\$([_a-zA-Z0-9]+)\(([^)]*)\)", macro, result)
    if "$" in result or "[[" in result:
        raise ValueError(f"Grafana would leave this in the statement: {result[result.find('$'):][:60]}")
    return result


def _literal(instant):
    return "'" + instant.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z'"
