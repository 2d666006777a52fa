"""The cost of a poll must depend on what is new, not on what is stored: polls beside more and more stored rows."""
import statistics
import time

import harness as h
import render
from parts.idle import Service, pages_of_today, polls_between, today, wait_for_calls_of_today

NEW = 3
TIMES = 9


def polls(database, rows_stored):
    """Time and requests of polls that find nothing and of some that find three calls, beside `rows_stored` rows."""
    h.psql("VACUUM (ANALYZE)", database)
    folder = pages_of_today("growth", 1000)
    with h.serving(folder / "pages") as server:
        figures = polls_of(folder, server, database)
    figures = {"stored_rows": rows_stored, **figures}
    h.say(str(figures))
    return figures


def polls_of(folder, server, database):
    calls = render.calls_of(today(), 1000)
    render.write_day(folder, today(), calls)
    service = Service(database, server.port, today())
    try:
        wait_for_calls_of_today(database, 1000)
        time.sleep(4)
        begun = time.time()
        time.sleep(10)
        ended = time.time()
        asked = sum(begun <= t < ended for t, _, _ in server.requests())
        count = polls_between(database, begun, ended)
        took = [float(t) for t in h.psql(
            "SELECT extract(epoch FROM finished_at - started_at) * 1000 FROM vobiz_sync.runs "
            f"ORDER BY started_at DESC LIMIT {count}", database).splitlines()]
        for n in range(1, TIMES + 1):
            calls = render.calls_of(today(), NEW, seed=n) + calls
            render.write_day(folder, today(), calls)
            wait_for_calls_of_today(database, 1000 + n * NEW)
        time.sleep(2)
        found = [line.split("|") for line in h.psql(
            "SELECT extract(epoch FROM finished_at - started_at) * 1000, requests FROM vobiz_sync.runs "
            f"WHERE inserted = {NEW} ORDER BY 1", database).splitlines()]
    finally:
        service.stop()
    return {"polls": count, "requests_a_poll": round(asked / count, 2),
            "milliseconds_a_poll": round(statistics.median(took), 1),
            "polls_with_3_new": len(found),
            "milliseconds_with_3_new": round(statistics.median(float(f[0]) for f in found), 1),
            "slowest_with_3_new": round(float(found[-1][0]), 1), "requests_with_3_new": max(int(f[1]) for f in found)}


def database_of(rows_a_day, days):
    source, dates = h.rendered(rows_a_day, days)
    database = h.new_database("bench_growth")
    with h.serving(source / "pages") as server:
        h.backfill(h.configuration(database, server.port), dates)
    return database


def run(size):
    result = {"polls": []}
    sizes = ((size.rows_a_day // 10, 1), (size.rows_a_day, max(1, size.days // 10)), (size.rows_a_day, size.days))
    for rows_a_day, days in sizes:
        whole = days == size.days
        database = h.filled(size) if whole else database_of(rows_a_day, days)
        result["polls"].append(polls(database, rows_a_day * days))
        if not whole:
            h.drop(database)
    return result
