"""Reading stored calls again: tuples and WAL written."""
import harness as h


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    database = h.filled(size)
    with h.serving(folder / "pages") as server:
        config = h.configuration(database, server.port)
        # Without this, the WAL of a vacuum and of hint bits would be counted.
        h.psql("VACUUM (ANALYZE)", database)
        h.psql("CHECKPOINT")
        tuples, wal = h.tuples_written(database), h.wal()
        took, text = h.backfill(config, days)
        assert f"{rows} unchanged" in text and h.proven(database) == size.days, text
        wal = h.wal() - wal
        tuples = h.tuples_written(database) - tuples
    h.say(f"re-read of {rows} rows: {tuples} tuples, {wal} bytes of WAL, {took['seconds']} s")
    return {**took, "rows": rows, "tuples_written": tuples, "wal_bytes": wal,
            "rows_a_second": round(rows / took["seconds"])}
