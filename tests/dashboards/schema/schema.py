"""schema.py FILE: writes the dashboards as TypeScript whose types are those of @grafana/schema. What Grafana does not
know, a name or a value, is an error of the compiler then."""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import grafana

# The folder of each kind of panel in @grafana/schema, and what it calls its options.
KINDS = {"stat": "stat", "timeseries": "timeseries", "barchart": "barchart", "table": "table",
         "status-history": "statushistory"}
NAMES = {"stat": "Stat", "timeseries": "TimeSeries", "barchart": "BarChart", "table": "Table",
         "statushistory": "StatusHistory"}

lines = ["import type {Dashboard, FieldConfig} from '@grafana/schema';"]
for folder in KINDS.values():
    with_fields = "" if folder == "stat" else f", FieldConfig as {folder}_fields"
    if folder in ("timeseries", "table"):
        # These are made of types that all panels share.
        with_fields = ""
    lines.append(f"import type {{Options as {folder}_options{with_fields}}} from "
                 f"'@grafana/schema/dist/esm/raw/composable/{folder}/panelcfg/x/{NAMES[folder]}PanelCfg_types.gen';")
lines += ["import type {GraphFieldConfig as timeseries_fields, TableFieldOptions as table_fields} "
          "from '@grafana/schema';",
          """// A dashboard's file has the values of enumerations.
type Plain<T> = T extends string ? `${T}` : T extends number ? (number extends T ? number
    : `${T}` extends `${infer N extends number}` ? N : T)
  : T extends boolean | null | undefined ? T : T extends (infer U)[] ? Plain<U>[]
  : T extends object ? {[K in keyof T]: Plain<T[K]>} : T;
export const all: unknown[] = [];"""]


def constant(name, kind, value):
    lines.append(f"const {name}: {kind} = {json.dumps(value)};\nall.push({name});")


for dashboard in grafana.dashboards():
    name = dashboard["uid"].replace("-", "_")
    for annotation in dashboard["annotations"]["list"]:
        if "target" in annotation:
            # The rest belongs to the plugin of the data source.
            annotation["target"] = {"refId": annotation["target"]["refId"]}
    constant(name, "Plain<Dashboard>", dashboard)
    for panel in grafana.panels(dashboard):
        folder = KINDS[panel["type"]]
        of = f"{name}_{panel['id']}"
        constant(of + "_options", f"Plain<Partial<{folder}_options>>", panel["options"])
        custom = panel["fieldConfig"]["defaults"].get("custom")
        if custom:
            constant(of + "_custom", f"Plain<Partial<{folder}_fields>>", custom)
        constant(of + "_defaults", "Plain<FieldConfig>",
                 {k: v for k, v in panel["fieldConfig"]["defaults"].items() if k != "custom"})
pathlib.Path(sys.argv[1]).write_text("\n".join(lines) + "\n", encoding="utf-8")
