"""A large backfill: peak memory, and the pace from its first tenth to its last."""
import harness as h


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    h.drop("bench_filled")
    database = h.new_database("bench_filled")
    with h.serving(folder / "pages") as server:
        took, text = h.backfill(h.configuration(database, server.port), days)
    assert h.stored(database) == rows and h.proven(database) == size.days, text[-3000:]
    # From one proof to the next, in seconds. Days are read side by side, so a single gap means nothing.
    gaps = [float(g) for g in h.psql(
        "SELECT extract(epoch FROM proven_at - lag(proven_at) OVER (ORDER BY proven_at)) FROM vobiz_sync.windows "
        "WHERE rows > 0 ORDER BY proven_at OFFSET 1", database).splitlines()]
    tenths = by_tenth(gaps, size.rows_a_day)
    h.say(f"{rows} rows: {took}, rows a second by tenths: {tenths}")
    return {**took, "rows": rows, "days": size.days, "rows_a_second": round(rows / took["seconds"]),
            "seconds_between_proofs": [round(g, 3) for g in gaps], "rows_a_second_by_tenth": tenths}


def by_tenth(gaps, rows):
    tenth = -(-len(gaps) // 10)
    return [round(rows * len(part) / sum(part)) for part in (gaps[n:n + tenth] for n in range(0, len(gaps), tenth))]
