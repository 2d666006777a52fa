#!/usr/bin/env python3
"""table.py: writes docs/performance.md from bench/results/*.json, so that page and results always agree. With --check
it ends with 1 if the file differs from what it would write."""
import json
import pathlib
import statistics
import sys

import customer_rows

ROOT = pathlib.Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/performance.md"


def result(name):
    file = ROOT / f"bench/results/{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def n(value):
    return f"{value:,}".replace(",", " ")


class Table:
    def __init__(self):
        self.rows = []
        self.missed = []

    def add(self, what, target, measured, met, distance=""):
        outcome = "met" if met else "**missed**" + (f": {distance}" if distance else "")
        if not met:
            self.missed.append(what)
        self.rows.append(f"| {what} | {target} | {measured} | {outcome} |")

    def missing(self, what, target):
        self.rows.append(f"| {what} | {target} | not measured | |")


def speed(table):
    back = result("backfill")
    if back:
        m = back["median"]
        for name, into, least in (("", "the mirror's own tables", 0.9), ("bare_", "a table with only the key", 0.4)):
            ratio, rate = m.get(f"{name}ratio"), m.get(f"{name}copy_rows_a_second")
            what = f"backfill of {n(back['rows'])} calls against `psql \\copy` into {into}"
            target = f"at least {least} of its rate"
            if ratio is None:
                table.missing(what, target)
                continue
            table.add(what, target, f"{ratio}: {n(m['daemon_rows_a_second'])} against {n(rate)} rows/s",
                      ratio >= least, f"{round(ratio / least * 100)} % of the target")
        table.add(f"peak memory over {n(back['rows'])} calls", "at most 64 MiB", f"{m['daemon_peak_mib']} MiB",
                  m["daemon_peak_mib"] <= 64, f"{round(m['daemon_peak_mib'] - 64, 1)} MiB above")
    rivals = result("rivals")
    for name, title, times in (("dlt", "dlt", 10), ("singer", "a Singer tap with target-postgres", 10),
                               ("script", "requests and psycopg2", 4)):
        figures = rivals and rivals["tools"].get(name)
        target = f"at least {times} times its rate" + (", at most 1/4 of its memory" if times == 10 else "")
        if not figures or "left_out" in figures:
            table.missing(f"backfill against {title}", target)
            continue
        faster, share = figures["daemon_is_faster_by"], figures["daemon_memory_share"]
        table.add(f"backfill of {n(rivals['rows'])} calls against {title}", target,
                  f"{faster} times: {n(rivals['daemon']['rows_a_second'])} against "
                  f"{n(figures['rows_a_second'])} rows/s; "
                  f"{rivals['daemon']['peak_mib']} against {figures['peak_mib']} MiB",
                  faster >= times and (times < 10 or share <= 0.25))
    late = result("latency")
    for run in (late or {}).get("runs", []):
        table.add(f"{late['latency_ms']} ms latency, {run['in_flight']} requests in flight",
                  "at least 0.9 of the bound that this sets",
                  f"{run['share']}: {n(run['rows_a_second'])} of {n(run['bound_rows_a_second'])} rows/s",
                  run["share"] >= 0.9, f"{round(run['share'] / 0.9 * 100)} % of the target")
    limited = result("limited")
    if limited:
        used, refused = limited["settled_share_used"], limited["settled_share_refused"]
        table.add(f"a server that allows {limited['allowed_a_second']} requests/s, once settled",
                  "at least 0.95 used, at most 1 % refused",
                  f"{used} used, {round(refused * 100, 2)} % refused", used >= 0.95 and refused <= 0.01,
                  f"{used} used, {round(refused * 100, 2)} % refused")


def stillness(table):
    same = result("unchanged")
    if same:
        table.add(f"a full read of {n(same['rows'])} unchanged calls", "0 tuples, less than 64 KiB of WAL",
                  f"{same['tuples_written']} tuples of data, {round(same['wal_bytes'] / 1024, 1)} KiB of WAL right "
                  f"after a checkpoint, {n(same['rows_a_second'])} rows/s",
                  same["tuples_written"] == 0 and same["wal_bytes"] < 65536)
    idle = result("idle")
    if idle:
        table.add("a poll with nothing new", "1 request per window, no row of data written",
                  f"{idle['requests_a_poll']} requests, {idle['tuples_of_data_written']} tuples of data, "
                  f"{n(idle['wal_bytes_a_poll'])} bytes of WAL for the journal and the lease",
                  idle["requests_a_poll"] <= 1.05 and idle["tuples_of_data_written"] == 0)
        table.add("idle service, polling each second", "at most 24 MiB", f"{idle['resident_mib']} MiB resident, "
                  f"{idle['cpu_percent']} % of a processor", idle["resident_mib"] <= 24,
                  f"{round(idle['resident_mib'] - 24, 1)} MiB above")
    panels = result("dashboards")
    if panels:
        slow = [p for p in panels["panels"] if p["milliseconds"] >= panels["target_milliseconds"]]
        slowest = max(p["milliseconds"] for p in panels["panels"])
        table.add(f"dashboards over {n(panels['rows']['cdrs'])} calls", "each statement below 200 ms",
                  f"{len(panels['panels']) - len(slow)} of {len(panels['panels'])}; slowest {n(round(slowest))} ms",
                  not slow, f"{len(slow)} statements")
    for size, by in (("reconcile", ""), ("reconcile-large", ""), ("reconcile-customers", "; lists of 5 000 customers")):
        books = result(size)
        if not books:
            continue
        took, worked = (statistics.median(books[name]) for name in ("seconds", "server_cpu_seconds"))
        table.add(f"reconciling a month ({n(books['calls_of_month'])} calls) in a mirror of "
                  f"{n(books['rows']['cdrs'])}{by}",
                  f"below {books['target_seconds']} s",
                  f"{took} s; {worked} s of processor time of the server, load {books['load_average']}",
                  took < books["target_seconds"], f"{round(took - books['target_seconds'], 1)} s above")
    large, back = result("memory"), result("backfill")
    if large and back:
        less = back["median"]["daemon_peak_mib"]
        table.add(f"peak memory over {n(large['rows'])} calls",
                  "at most 64 MiB, and at most a tenth more than over 1 000 000",
                  f"{large['peak_mib']} MiB against {less} MiB", large["peak_mib"] <= min(64, 1.1 * less),
                  f"{round(large['peak_mib'] / less, 2)} times")
    else:
        table.missing("peak memory over 10 000 000 calls", "at most a tenth more than over 1 000 000")
    text = result("decode")
    if text:
        table.add("decoding on one core", "at least 300 MB/s, at most 2 allocations per row",
                  f"{text['megabytes_a_second']} MB/s, {text['allocations_a_row']} allocations per row",
                  text["megabytes_a_second"] >= 300 and text["allocations_a_row"] <= 2,
                  f"{text['megabytes_a_second']} MB/s")


LARGE_DAY_MIB = 96
AS_UNCHANGED = 1.2  # two runs of the same command differ by less


def large_day(table):
    figures = result("large-day")
    if not figures:
        return
    steps, rows = figures["steps"], n(figures["rows"])
    most = max(s["peak_mib"] for s in steps.values())
    table.add(f"peak memory over a day of {rows} calls", f"at most {LARGE_DAY_MIB} MiB for each read",
              ", ".join(f"{name} {s['peak_mib']} MiB" for name, s in steps.items()), most <= LARGE_DAY_MIB,
              f"{round(most - LARGE_DAY_MIB, 1)} MiB above")
    same = steps["unchanged"]["seconds"]
    for name in ("one changed", "one vanished"):
        took = steps[name]["seconds"]
        table.add(f"reading a day of {rows} calls again, {name}",
                  f"at most {AS_UNCHANGED} times an unchanged read",
                  f"{round(took / same, 2)}: {took} s against {same} s", took <= AS_UNCHANGED * same)


def growth():
    figures = result("growth")
    if not figures:
        return []
    lines = ["## Cost of a poll beside stored calls", "",
             "| stored calls | requests per poll | poll that finds nothing | poll that finds 3 calls |",
             "|---|---|---|---|"]
    for p in figures["polls"]:
        asked = p["requests_with_3_new"]
        lines.append(f"| {n(p['stored_rows'])} | {p['requests_a_poll']} | {p['milliseconds_a_poll']} ms | "
                     f"{p['milliseconds_with_3_new']} ms (median of {p['polls_with_3_new']}, slowest "
                     f"{p['slowest_with_3_new']} ms), {asked} request{'s' if asked != 1 else ''} |")
    large = result("memory")
    if large:
        lines += ["", f"Rows per second of a backfill of {n(large['rows'])} calls, by tenths: "
                  + ", ".join(n(p) for p in large["rows_a_second_by_tenth"]) + "."]
    months = result("months")
    if months:
        few, many = months["polls"]
        fast, slow = few["milliseconds_with_3_new"], many["milliseconds_with_3_new"]
        lines += ["", f"A poll that finds 3 calls beside {n(few['stored_rows'])} stored takes {fast} ms with "
                  f"{few['partitions']} monthly partitions and {slow} ms with {many['partitions']} "
                  f"({round(slow / fast, 2)} times)."]
    return [*lines, ""]


REASONS = [
    (["`psql"],
     "`\\copy` into the mirror's own tables keeps the same indexes, and `vobiz_sync.rebuild_days` makes its rollups; "
     "neither checks anything. A backfill also looks up whether each call is stored already, and computes the peaks of "
     "its billing days. Two connections store two days in parallel, on processors that they share with the program and "
     "nginx."),
    (["dlt", "Singer", "psycopg2"],
     "The service also keeps indexes, rollups and proofs. The other tools notice neither a missing call nor a re-rated "
     "one. The script holds one page at a time, so it needs little memory. {limit}"),
    (["ms latency"],
     "The figure covers the whole command, also the first page, which is fetched alone, and the end of each day, when "
     "fewer requests are in flight. Proxy, nginx and reader add their time to the 50 ms."),
]


def limit(back, rivals):
    """The rate of `\\copy` compared with the other tools, derived from its rate compared with the service."""
    names = {"dlt": "dlt", "singer": "the Singer target", "script": "the script"}
    paces = [f"{round(t['daemon_is_faster_by'] / back['median']['ratio'], 1)} times the rate of {names[name]}"
             for name, t in sorted(rivals.items()) if "daemon_is_faster_by" in t] if back else []
    if not paces:
        return ""
    return f"`\\copy` into the mirror's table, which has all of these, reaches about {', '.join(paces)}."


def reasons(table, back, rivals):
    lines = [text.replace("{limit}", limit(back, rivals)) for keys, text in REASONS
             if any(key in what for key in keys for what in table.missed)]
    if not lines:
        return []
    return ["## Why some targets are missed", "", *(f"* {text}" for text in lines), "",
            f"The program used a processor for {own_share(back)} % of the time.", ""]


def own_share(back):
    took = [r["daemon"] for r in back.get("rounds", [])]
    return round(100 * sum(t["cpu_seconds"] for t in took) / max(0.01, sum(t["seconds"] for t in took)))


def runs():
    parts = ("backfill", "rivals", "latency", "limited", "unchanged", "idle", "decode", "months", "large-day",
             "customers", "memory", "growth")
    runs = [run for run in map(result, parts) if run]
    if not runs:
        return []
    loads = [run[edge][0] for run in runs for edge in ("load_average_start", "load_average_end")]
    commits = sorted({run["commit"] for run in runs})
    return ["## The runs", "",
            f"Measured from {min(run['measured'] for run in runs)} to {max(run['measured'] for run in runs)} at "
            f"{'commit' if len(commits) == 1 else 'commits'} {', '.join(commits)}, with load averages from "
            f"{min(loads)} to {max(loads)}.", "`bench/results/PART.json` has the figures of each part."]


def main():
    table = Table()
    speed(table)
    stillness(table)
    large_day(table)
    many = result("customers")
    if many:
        customer_rows.targets(many, table, n)
    tools = (result("rivals") or {}).get("tools", {})
    versions = "; ".join(v for t in tools.values() for v in t.get("versions", []))
    back = result("backfill") or {}
    text = "\n".join([
        "# Performance", "",
        "<!-- made by bench/table.py from bench/results/*.json -->", "",
        "`bench/run.sh` measures these targets; [bench/README.md](../bench/README.md) explains the parts. Both sides",
        f"of a ratio are measured in one run on one machine: {back.get('processors', '?')} processors, perhaps shared,",
        f"PostgreSQL {back.get('postgresql', '?')} with fsync on, nginx and the program. Ratios count; rates depend on",
        "the machine and its load.", "",
        "| what | target | measured | |", "|---|---|---|---|", *table.rows, "",
        f"The other tools store into a table with a key and nothing else ({versions}).", "",
        *reasons(table, back, tools), *growth(), *(customer_rows.section(many, n) if many else []),
        *runs(), ""])
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.read_text() == text else "docs/performance.md is not what bench/table.py makes")
    PAGE.write_text(text)


main()
