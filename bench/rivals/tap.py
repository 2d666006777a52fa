#!/usr/bin/env python3
"""A Singer tap as the SDK's template makes it; its output is piped into target-postgres. tap.py --config FILE, a JSON
file with url, first and last."""
import datetime

from singer_sdk import RESTStream, Tap
from singer_sdk import typing as th
from singer_sdk.pagination import BasePageNumberPaginator

INTEGERS = "id duration billsec ring_time".split()
TIMES = "start_time progress_time answer_time end_time created_at updated_at".split()
NUMBERS = "cost streaming_cost total_cost mos jitter packet_loss".split()
TEXTS = """account_id uuid call_direction caller_id_name caller_id_number destination_number currency hangup_cause
hangup_cause_code hangup_cause_name hangup_disposition hangup_source failure_code failure_reason bridge_uuid sip_call_id
sip_user_agent codec network_addr carrier_ip context region origination_region campaign_id customer_endpoint trunk_id
terminated_to""".split()


class Pages(BasePageNumberPaginator):
    def has_more(self, response):
        return response.json()["pagination"]["has_next"]


class Calls(RESTStream):
    name = "cdrs"
    path = "/cdrs"
    records_jsonpath = "$.data[*]"
    primary_keys = ("account_id", "uuid")
    schema = th.PropertiesList(
        *[th.Property(c, th.IntegerType) for c in INTEGERS], *[th.Property(c, th.DateTimeType) for c in TIMES],
        *[th.Property(c, th.NumberType) for c in NUMBERS], *[th.Property(c, th.StringType) for c in TEXTS]).to_dict()

    @property
    def url_base(self):
        return self.config["url"]

    @property
    def partitions(self):
        first, last = (datetime.date.fromisoformat(self.config[k]) for k in ("first", "last"))
        return [{"day": str(first + datetime.timedelta(n))} for n in range((last - first).days + 1)]

    def get_new_paginator(self):
        return Pages(1)

    def get_url_params(self, context, next_page_token):
        return {"start_date": context["day"], "end_date": context["day"], "page": next_page_token or 1, "per_page": 100}

    def post_process(self, row, context=None):
        for name in NUMBERS:
            row[name] = None if row[name] is None else float(row[name])
        return row


class BenchTap(Tap):
    name = "tap-bench"
    config_jsonschema = th.PropertiesList(*[th.Property(n, th.StringType) for n in ("url", "first", "last")]).to_dict()

    def discover_streams(self):
        return [Calls(tap=self)]


BenchTap.cli()
