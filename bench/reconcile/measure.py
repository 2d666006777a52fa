#!/usr/bin/env python3
"""measure.py FILE TARGET MONTH CONFIG PROGRAM: measures how long PROGRAM takes to reconcile MONTH, three times, and
then each check with one connection, on which they run one after the other. Writes FILE as JSON and a table to the
standard output; ends with 1 when a check finds a break or cannot be judged, or when the median is TARGET seconds or
more."""
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "dashboards"))
from reader import ask, psql

# The simulated partner has no dashboard.
UNFED = {"snapshot_totals", "master_roll"}
# All results of a transaction have the same judged_at; the next transaction starts when it ends.
OF_CHECKS = """
SELECT checks, count(*), round(sum(extract(epoch FROM ended - judged_at))::numeric, 2) FROM (
  SELECT string_agg(DISTINCT check_name, ', ') AS checks, judged_at, lead(judged_at) OVER (ORDER BY judged_at) AS ended
  FROM vobiz.reconciliation_results WHERE run_id = {run} GROUP BY judged_at) c
GROUP BY checks ORDER BY 3 DESC"""


def server_cpu():
    """Processor seconds of the server's ended sessions: unlike elapsed time, other load on this machine does not
    change them."""
    postmaster = psql("SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid").split()[1]
    fields = pathlib.Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")


def reconcile(program, config, month):
    """Seconds, and processor seconds of the server."""
    cpu_before, start = server_cpu(), time.monotonic()
    ended = subprocess.run([program, "-c", config, "reconcile", "--month", month, "--json"], stdout=subprocess.PIPE,
                           check=False)
    seconds = time.monotonic() - start
    if ended.returncode not in (0, 4):
        sys.exit(f"vobiz-syncd ended with {ended.returncode}:\n{ended.stdout.decode()[-5000:]}")
    time.sleep(1)
    return round(seconds, 2), round(server_cpu() - cpu_before, 2)


def main():
    file, target, month, config, program = sys.argv[1:]
    seconds, cpu = zip(*(reconcile(program, config, month) for _ in range(3)), strict=True)
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as single:
        text = pathlib.Path(config).read_text(encoding="utf-8")
        single.write(text.replace("database: {", "database: {connections: 1, "))
        single.flush()
        alone, _ = reconcile(program, single.name, month)
    run = ask("SELECT max(id) FROM vobiz.reconciliation_runs").rows[0][0]
    status = dict(ask(f"""
SELECT check_name, string_agg(DISTINCT status, ', ') FROM vobiz.reconciliation_results WHERE run_id = {run}
GROUP BY 1 ORDER BY 1""").rows)
    checks = [{"checks": names, "days": int(days), "seconds": float(took)}
              for names, days, took in ask(OF_CHECKS.format(run=run)).rows]
    rows = {table: int(ask(f"SELECT count(*) FROM vobiz.{table}").rows[0][0])
            for table in ("cdrs", "transactions", "account_balances")}
    calls = int(ask(f"""
SELECT count(*) FROM vobiz.cdrs WHERE start_time >= vobiz.billing_day_start('{month}-01')
  AND start_time < vobiz.billing_day_start(('{month}-01'::date + interval '1 month')::date)""").rows[0][0])
    result = {"postgresql": ask("SELECT current_setting('server_version')").rows[0][0], "rows": rows, "month": month,
              "calls_of_month": calls, "target_seconds": int(target), "seconds": seconds, "server_cpu_seconds": cpu,
              "seconds_with_one_connection": alone, "processors": os.cpu_count(),
              "load_average": round(os.getloadavg()[1], 1), "last_run": checks, "status": status}
    pathlib.Path(file).write_text(json.dumps(result, indent=1) + "\n")
    for check in checks:
        print(f'{check["seconds"]:9.2f} s  {check["checks"]}')
    print(", ".join(f"{n} {table}" for table, n in rows.items()))
    median = statistics.median(seconds)
    print(f"{calls} calls of {month} in {median} s (of {seconds}; {cpu} s of processors), "
          f"load {result['load_average']}")
    unclean = {name: state for name, state in status.items() if state != "ok" and name not in UNFED}
    if unclean:
        print(f"not ok: {unclean}")
    sys.exit(1 if unclean or median >= int(target) else 0)


main()
