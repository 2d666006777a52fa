#!/usr/bin/env python3
"""make.py FOLDER: writes the dashboards to FOLDER as JSON files that Grafana imports."""
import json
import pathlib
import sys

import numbers_held
import overview
import reconciliation
import spend
import sync_health
import traffic

if len(sys.argv) != 2:
    sys.exit(__doc__)
for made in (overview.made, traffic.made, spend.made, numbers_held.made, reconciliation.made, sync_health.made):
    name = made["uid"].removeprefix("vobiz-") + ".json"
    text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
    pathlib.Path(sys.argv[1], name).write_text(text, encoding="utf-8")
