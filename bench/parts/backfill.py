"""Backfill into an empty table, against psql's \\copy of the same rows: into the same empty table with its rollups, and
into a bare table with nothing but the primary key, which is what the disk and PostgreSQL allow."""
import harness as h


def copied(folder, database, table, then=()):
    columns = (folder / "columns").read_text()
    after = [part for sql in then for part in ("-c", sql)]
    took, _ = h.measured(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c",
                          f"\\copy {table} ({columns}) FROM '{folder}/rows.tsv'", *after])
    return took


def copy(folder, days, rows):
    database = h.new_database("bench_copy")
    h.psql(f"SELECT vobiz_sync.ensure_cdr_partitions('{days[0]}'::date - 31, '{days[-1]}')", database)
    took = copied(folder, database, "vobiz.cdrs",
                  [f"SELECT vobiz_sync.rebuild_days('{days[0]}'::date - 1, '{days[-1]}'::date + 1)"])
    assert h.stored(database) == rows
    h.drop(database)
    return took


def bare_copy(folder):
    database = h.new_database("bench_bare")
    h.psql("CREATE TABLE bare (LIKE vobiz.cdrs INCLUDING DEFAULTS)", database)
    h.psql("ALTER TABLE bare ADD PRIMARY KEY (uuid, account_id, start_time)", database)
    took = copied(folder, database, "bare")
    h.drop(database)
    return took


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    result = {"rows": rows, "days": size.days, "rounds": []}
    with h.serving(folder / "pages") as server:
        for turn in range(size.rounds):
            by_copy = copy(folder, days, rows)
            bare = bare_copy(folder)
            config = h.configuration(h.new_database("bench_backfill"), server.port)
            by_daemon, text = h.backfill(config, days)
            assert h.stored("bench_backfill") == rows and h.proven("bench_backfill") == size.days, text
            each = {"copy": by_copy, "bare_copy": bare, "daemon": by_daemon,
                    "ratio": round(by_copy["seconds"] / by_daemon["seconds"], 3),
                    "bare_ratio": round(bare["seconds"] / by_daemon["seconds"], 3)}
            h.say(f"backfill, round {turn + 1}: copy {by_copy['seconds']} s, bare copy {bare['seconds']} s, daemon "
                  f"{by_daemon['seconds']} s, ratios {each['ratio']} and {each['bare_ratio']}, "
                  f"{by_daemon['peak_mib']} MiB")
            result["rounds"].append(each)
            # Later parts that need a filled database use the last one.
            h.drop("bench_filled")
            h.psql("ALTER DATABASE bench_backfill RENAME TO bench_filled")
    best = sorted(result["rounds"], key=lambda r: r["ratio"])[len(result["rounds"]) // 2]
    result["median"] = {"ratio": best["ratio"], "bare_ratio": best["bare_ratio"],
                        "copy_rows_a_second": round(rows / best["copy"]["seconds"]),
                        "bare_copy_rows_a_second": round(rows / best["bare_copy"]["seconds"]),
                        "daemon_rows_a_second": round(rows / best["daemon"]["seconds"]),
                        "daemon_peak_mib": max(r["daemon"]["peak_mib"] for r in result["rounds"])}
    return result
