"""Polls that find three calls, beside as many stored rows in few and in many monthly partitions."""
import harness as h
from parts.growth import polls
from parts.idle import pages_of_today


def run(size):
    rows = size.rows_a_day // 10
    source, days = h.rendered(rows, 1)
    result = {"polls": []}
    for years in (0, 10):
        database = h.new_database("bench_months")
        h.psql(f"SELECT vobiz_sync.ensure_cdr_partitions('{days[0]}'::date - {years * 365}, '{days[0]}')", database)
        with h.serving(source / "pages") as server:
            h.backfill(h.configuration(database, server.port), days)
        h.psql("VACUUM (ANALYZE)", database)
        folder = pages_of_today("months", 1000)
        with h.serving(folder / "pages") as server:
            said = polls(folder, server, database, rows)
        said["partitions"] = int(h.psql("SELECT count(*) FROM pg_inherits WHERE inhparent = 'vobiz.cdrs'::regclass", database))
        h.say(str(said))
        result["polls"].append(said)
        h.drop(database)
    return result
