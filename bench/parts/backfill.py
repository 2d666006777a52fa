"""Backfill into an empty table, against psql's \\copy of the same rows into the same empty table and their rollups."""
import harness as h


def copy(folder, days, database):
    h.new_database(database)
    h.psql(f"SELECT vobiz_sync.ensure_cdr_partitions('{days[0]}'::date - 31, '{days[-1]}')", database)
    columns = (folder / "columns").read_text()
    took, _ = h.measured(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c",
                          f"\\copy vobiz.cdrs ({columns}) FROM '{folder}/rows.tsv'", "-c",
                          f"SELECT vobiz_sync.rebuild_days('{days[0]}'::date - 1, '{days[-1]}'::date + 1)"])
    return took


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    result = {"rows": rows, "days": size.days, "rounds": []}
    with h.serving(folder / "pages") as server:
        for turn in range(size.rounds):
            by_copy = copy(folder, days, "bench_copy")
            assert h.stored("bench_copy") == rows
            h.drop("bench_copy")
            config = h.configuration(h.new_database("bench_backfill"), server.port)
            by_daemon, text = h.backfill(config, days)
            assert h.stored("bench_backfill") == rows and h.proven("bench_backfill") == size.days, text
            each = {"copy": by_copy, "daemon": by_daemon,
                    "ratio": round(by_copy["seconds"] / by_daemon["seconds"], 3)}
            h.say(f"backfill, round {turn + 1}: copy {by_copy['seconds']} s, daemon {by_daemon['seconds']} s, "
                  f"ratio {each['ratio']}, {by_daemon['peak_mib']} MiB")
            result["rounds"].append(each)
            # Later parts that need a filled database use the last one.
            h.drop("bench_filled")
            h.psql("ALTER DATABASE bench_backfill RENAME TO bench_filled")
    best = sorted(result["rounds"], key=lambda r: r["ratio"])[len(result["rounds"]) // 2]
    result["median"] = {"ratio": best["ratio"], "copy_rows_a_second": round(rows / best["copy"]["seconds"]),
                        "daemon_rows_a_second": round(rows / best["daemon"]["seconds"]),
                        "daemon_peak_mib": max(r["daemon"]["peak_mib"] for r in result["rounds"])}
    return result
