"""A large backfill: peak memory, and the pace from its first tenth to its last."""
import statistics

import harness as h


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    h.drop("bench_filled")
    database = h.new_database("bench_filled")
    with h.serving(folder / "pages") as server:
        took, text = h.backfill(h.configuration(database, server.port), days)
    assert h.stored(database) == rows and h.proven(database) == size.days, text[-3000:]
    # Rows a second of each window, from the proof of the one before it; the first has none before it.
    paces = [round(int(count) / float(seconds)) for count, seconds in (line.split("|") for line in h.psql(
        "SELECT rows, extract(epoch FROM proven_at - lag(proven_at) OVER (ORDER BY proven_at)) "
        "FROM vobiz_sync.windows WHERE rows > 0 ORDER BY proven_at OFFSET 1", database).splitlines())]
    tenth = -(-len(paces) // 10)
    tenths = [round(statistics.median(paces[n:n + tenth])) for n in range(0, len(paces), tenth)]
    h.say(f"{rows} rows: {took}, rows a second of a window by tenths: {tenths}")
    return {**took, "rows": rows, "days": size.days, "rows_a_second": round(rows / took["seconds"]),
            "rows_a_second_by_window": paces, "median_by_tenth": tenths}
