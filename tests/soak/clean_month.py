#!/usr/bin/env python3
"""clean_month.py BUILD [--customers N] [--calls-per-day N] [--zone NAME]…

A month of a simulated partner in which everything is in order, as the mirror of a service that ran all the time, judged
by all checks in each zone of billing days. Ends with 0 if every check is ok for the whole month and nobody can see a
break. By hand: --customers 5000 --calls-per-day 3300."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MONTH, FIRST, LAST, NOW = "2026-03", "2026-02-26", "2026-04-05", "2026-04-06T09:00:00Z"
ZONES = ["Asia/Kolkata", "UTC", "America/New_York"]
# Days before the month: prices, rentals and usual traffic are judged by them.
START, DAYS = "2026-01-20", 76


class partner:
    def __init__(self, build, home, wanted):
        self.build, self.home = build, home
        (home / "postgres").mkdir()
        subprocess.run([SOURCE / "scripts/with-postgres.sh", "--start", home / "postgres"], check=True)
        self.environment = dict(os.environ, PGHOST=str(home / "postgres"), PGUSER="postgres")
        with open(home / "simulator.log", "w") as log:
            self.simulator = subprocess.Popen(
                [build / "vobiz-sim", "--listen", "127.0.0.1:0", "--port-file", home / "port", "--now", NOW, "--frozen",
                 "--accounts", str(wanted.customers), "--calls-per-day", str(wanted.calls_per_day), "--days", str(DAYS),
                 "--natural-gaps"], stdout=log, stderr=log)
        end = time.monotonic() + 60
        while not (home / "port").exists() and time.monotonic() < end:
            time.sleep(0.05)
        self.port = (home / "port").read_text().strip()

    def psql(self, database, *words):
        subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, *words], env=self.environment,
                       check=True, stdout=subprocess.DEVNULL)

    def run(self, database, zone, *words):
        config = self.home / "vobiz-syncd.yaml"
        of_days = f"{{start_date: {START}}}"
        config.write_text(f"""partners:
  - name: clean
    base_url: http://127.0.0.1:{self.port}/api/v1/partner
    auth_id: PA_EXAMPLE01
    auth_token: CANARY_PARTNER_TOKEN
    limits: {{requests_per_second: 500, max_in_flight: 4}}
database: {{dsn: "host={self.home}/postgres dbname={database} user=postgres"}}
reconcile: {{timezone: {zone}}}
streams: {{transactions: {of_days}, cdrs: {of_days}, analytics: {of_days}}}
http: false
""")
        config.chmod(0o600)
        return subprocess.run([self.build / "vobiz-syncd", "-c", config, *words], capture_output=True, text=True,
                              check=False)

    def must(self, database, zone, *words):
        ended = self.run(database, zone, *words)
        if ended.returncode != 0:
            sys.exit(f"{words} ended with {ended.returncode}:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")

    def stop(self):
        self.simulator.terminate()
        self.simulator.wait()
        subprocess.run([SOURCE / "scripts/with-postgres.sh", "--stop", self.home / "postgres"], check=False)


def judge(mirror, zone):
    """Whether the month is in order by the days of the zone."""
    database = zone.replace("/", "_").lower()
    mirror.psql("postgres", "-c", f"CREATE DATABASE {database} TEMPLATE mirror")
    mirror.psql(database, "-v", f"zone={zone}", "-v", f"first={FIRST}", "-v", f"last={LAST}", "-f",
                str(SOURCE / "tests/soak/clean_month.sql"))
    mirror.must(database, zone, "rebuild-rollups")
    start = time.monotonic()
    ended = mirror.run(database, zone, "reconcile", "--month", MONTH, "--json")
    seconds = time.monotonic() - start
    if not ended.stdout:
        sys.exit(f"reconcile ended with {ended.returncode}:\n{ended.stderr[-3000:]}")
    run = json.loads(ended.stdout)["runs"][0]
    not_ok = [check for check in run["checks"] if check["status"] != "ok"]
    print(f"{zone}: {len(run['checks'])} checks, {len(run['breaks'])} breaks, {len(not_ok)} not ok, {seconds:.1f} s, "
          f"exit {ended.returncode}", flush=True)
    for one in [*not_ok, *run["breaks"][:20]]:
        print("  ", json.dumps(one))
    return ended.returncode == 0 and not not_ok and not run["breaks"]


def main():
    options = argparse.ArgumentParser(usage=__doc__)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--customers", type=int, default=50)
    options.add_argument("--calls-per-day", type=int, default=250)
    options.add_argument("--zone", action="append")
    wanted = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="clean-month-") as folder:
        home = pathlib.Path(folder)
        home.chmod(0o755)
        mirror = partner(wanted.build.resolve(), home, wanted)
        try:
            mirror.psql("postgres", "-c", "CREATE DATABASE mirror")
            mirror.must("mirror", "UTC", "migrate")
            mirror.must("mirror", "UTC", "sync")
            in_order = [judge(mirror, zone) for zone in wanted.zone or ZONES]
        finally:
            mirror.stop()
    sys.exit(0 if all(in_order) else 1)


main()
