"""Polls that find three calls, beside as many stored rows in few and in many monthly partitions."""
import harness as h
from parts.growth import database_of, polls

YEARS = 10


def run(size):
    rows = size.rows_a_day // 10
    result = {"polls": []}
    for years in (0, YEARS):
        database = database_of(rows, 1)
        h.psql(f"SELECT vobiz_sync.ensure_cdr_partitions(now()::date - {years * 365}, now()::date)", database)
        partitions = int(h.psql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'vobiz.cdrs'::regclass", database))
        result["polls"].append({"partitions": partitions, **polls(database, rows)})
        h.drop(database)
    return result
