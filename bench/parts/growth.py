"""What may only grow with what is new: a poll beside more and more stored rows, and the pace of a backfill from its first
day to its last."""
import statistics
import time

import harness as h
import render
from parts.idle import Service, pages_of_today, polls_between, today, wait_for_rows

NEW = 3


def polls(folder, server, database, rows_stored):
    """Time and requests of polls that find nothing, and of one that finds three calls."""
    calls = render.calls_of(today(), 1000)
    render.write_day(folder, today(), calls)
    service = Service(database, server.port, today())
    try:
        wait_for_rows(database, rows_stored + 1000)
        time.sleep(4)
        begun = time.time()
        time.sleep(10)
        ended = time.time()
        asked = sum(begun <= t < ended for t, _, _ in server.requests())
        count = polls_between(database, begun, ended)
        took = [float(t) for t in h.psql(
            "SELECT extract(epoch FROM finished_at - started_at) * 1000 FROM vobiz_sync.runs "
            f"ORDER BY started_at DESC LIMIT {count}", database).splitlines()]
        render.write_day(folder, today(), render.calls_of(today(), NEW, seed=1) + calls)
        wait_for_rows(database, rows_stored + 1000 + NEW)
        time.sleep(2)
        found = h.psql("SELECT extract(epoch FROM finished_at - started_at) * 1000, requests FROM vobiz_sync.runs "
                       f"WHERE inserted = {NEW} ORDER BY started_at DESC LIMIT 1", database).split("|")
    finally:
        service.stop()
    return {"stored_rows": rows_stored, "polls": count, "requests_a_poll": round(asked / count, 2),
            "milliseconds_a_poll": round(statistics.median(took), 1),
            "milliseconds_with_3_new": round(float(found[0]), 1), "requests_with_3_new": int(found[1])}


def pace(database):
    """Rows a second of each window, from the proof of the one before it; the first has none before it."""
    lines = h.psql("SELECT day, rows, extract(epoch FROM proven_at - lag(proven_at) OVER (ORDER BY proven_at)) "
                   "FROM vobiz_sync.windows WHERE rows > 0 ORDER BY proven_at", database).splitlines()
    rows = [line.split("|") for line in lines]
    return [{"window": number, "day": day, "rows_a_second": round(int(count) / float(seconds))}
            for number, (day, count, seconds) in enumerate(rows, 1) if seconds]


def database_of(rows):
    source, days = h.rendered(rows, 1)
    database = h.new_database("bench_growth")
    with h.serving(source / "pages") as server:
        h.backfill(h.configuration(database, server.port), days)
    return database


def run(size):
    whole = size.rows_a_day * size.days
    result = {"backfill": pace(h.filled(size)), "polls": []}
    h.say("rows a second by window: " + ", ".join(str(w["rows_a_second"]) for w in result["backfill"]))
    for rows in (whole // 100, whole // 10, whole):
        database = h.filled(size) if rows == whole else database_of(rows)
        folder = pages_of_today("growth", 1000)
        with h.serving(folder / "pages") as server:
            result["polls"].append(polls(folder, server, database, rows))
        h.say(str(result["polls"][-1]))
        if rows != whole:
            h.drop(database)
    return result
