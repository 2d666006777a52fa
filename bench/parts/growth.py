"""What may only grow with what is new: a poll beside more and more stored rows, and the pace of a backfill from its first
day to its last."""
import statistics
import time

import harness as h
import render
from parts.idle import Service, pages_of_today, polls_of, today, wait_for_rows

NEW = 3


def polls(folder, server, database, rows_stored):
    """Time and requests of polls that find nothing, and of one that finds three calls."""
    calls = render.calls_of(today(), 1000)
    render.write_day(folder, today(), calls)
    service = Service(database, server.port, today())
    try:
        wait_for_rows(database, rows_stored + 1000)
        time.sleep(4)
        before, asked = polls_of(database), len(server.requests())
        time.sleep(10)
        asked, count = len(server.requests()) - asked, polls_of(database) - before
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


def run(size):
    result = {"polls": [], "backfill": []}
    for rows in (10_000, 100_000, 1_000_000):
        days = 10 if rows > size.rows_a_day else 1
        source, list_of_days = h.rendered(rows // days, days)
        database = h.new_database("bench_growth")
        with h.serving(source / "pages") as server:
            h.backfill(h.configuration(database, server.port), list_of_days)
        assert h.stored(database) == rows
        if days > 1:
            pace = h.psql("SELECT day, rows, extract(epoch FROM proven_at - lag(proven_at) OVER (ORDER BY proven_at)) "
                          "FROM vobiz_sync.windows ORDER BY proven_at", database)
            for number, line in enumerate(pace.splitlines(), 1):
                day, count, seconds = line.split("|")
                if seconds:
                    result["backfill"].append({"window": number, "day": day, "rows_a_second": round(int(count) / float(seconds))})
        folder = pages_of_today("growth", 1000)
        with h.serving(folder / "pages") as server:
            result["polls"].append(polls(folder, server, database, rows))
        h.say(str(result["polls"][-1]))
        h.drop(database)
    h.say("rows a second by window: " + ", ".join(str(w["rows_a_second"]) for w in result["backfill"]))
    return result
