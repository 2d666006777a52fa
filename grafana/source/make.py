#!/usr/bin/env python3
"""make.py FOLDER: writes FOLDER/dashboards, as JSON files that Grafana imports, and FOLDER/provisioning/alerting."""
import json
import pathlib
import sys

import alerts
import customer
import numbers_held
import overview
import reconciliation
import spend
import sync_health
import traffic

if len(sys.argv) != 2:
    sys.exit(__doc__)
files = {"provisioning/alerting/vobiz.json": alerts.made}
for made in (overview.made, customer.made, traffic.made, spend.made, numbers_held.made, reconciliation.made,
             sync_health.made):
    files["dashboards/" + made["uid"].removeprefix("vobiz-") + ".json"] = made
for name, made in files.items():
    file = pathlib.Path(sys.argv[1], name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(made, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
