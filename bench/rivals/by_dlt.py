#!/usr/bin/env python3
"""dlt's own rest_api source, merged by key as its documentation shows. by_dlt.py URL DSN FIRST LAST"""
import datetime
import sys

import dlt
from dlt.sources.rest_api import rest_api_source

url, dsn, first, last = sys.argv[1:]
first, last = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
days = [str(first + datetime.timedelta(n)) for n in range((last - first).days + 1)]


def source_of(day):
    return rest_api_source({
        "client": {"base_url": url},
        "resources": [{
            "name": "cdrs", "primary_key": ["account_id", "uuid"], "write_disposition": "merge",
            "endpoint": {
                "path": "/cdrs", "data_selector": "data",
                "params": {"start_date": day, "end_date": day, "per_page": 100},
                "paginator": {"type": "page_number", "base_page": 1, "page_param": "page",
                              "total_path": "pagination.pages"}}}]})


pipeline = dlt.pipeline("bench", destination=dlt.destinations.postgres(credentials=dsn), dataset_name="by_dlt")
for day in days:
    pipeline.run(source_of(day))
