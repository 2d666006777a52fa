#!/usr/bin/env python3
"""A plain script: requests for the pages, psycopg2 for the rows. script.py URL DSN FIRST LAST"""
import datetime
import sys

import psycopg2
import psycopg2.extras
import requests

url, dsn, first, last = sys.argv[1:]
COLUMNS = """account_id uuid start_time id call_direction caller_id_name caller_id_number destination_number duration
billsec ring_time progress_time answer_time end_time created_at updated_at cost streaming_cost total_cost currency
hangup_cause hangup_cause_code hangup_cause_name hangup_disposition hangup_source failure_code failure_reason
bridge_uuid sip_call_id sip_user_agent codec mos jitter packet_loss network_addr carrier_ip context region
origination_region campaign_id customer_endpoint trunk_id terminated_to""".split()
TYPES = {"uuid": "uuid", "id": "bigint", "duration": "integer", "billsec": "integer", "ring_time": "integer"}
TYPES.update({c: "timestamptz" for c in COLUMNS if c.endswith("_time") and c != "ring_time" or c.endswith("_at")})
TYPES.update(dict.fromkeys(("cost", "streaming_cost", "total_cost", "mos", "jitter", "packet_loss"), "numeric"))

database = psycopg2.connect(dsn)
cursor = database.cursor()
cursor.execute("CREATE TABLE IF NOT EXISTS cdrs (" + ", ".join(f"{c} {TYPES.get(c, 'text')}" for c in COLUMNS) +
               ", PRIMARY KEY (account_id, uuid))")
UPSERT = (f"INSERT INTO cdrs ({', '.join(COLUMNS)}) VALUES %s ON CONFLICT (account_id, uuid) DO UPDATE SET "
          + ", ".join(f"{c} = excluded.{c}" for c in COLUMNS))
api = requests.Session()
day = datetime.date.fromisoformat(first)
while day <= datetime.date.fromisoformat(last):
    page, more = 1, True
    while more:
        asked = {"start_date": day, "end_date": day, "page": page, "per_page": 100}
        answer = api.get(url + "/cdrs", params=asked, timeout=30)
        answer.raise_for_status()
        body = answer.json()
        rows = [[row[c] for c in COLUMNS] for row in body["data"]]
        psycopg2.extras.execute_values(cursor, UPSERT, rows, page_size=100)
        database.commit()
        page, more = page + 1, body["pagination"]["has_next"]
    day += datetime.timedelta(1)
