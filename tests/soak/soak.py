#!/usr/bin/env python3
"""soak.py BUILD [--days N] [--steps-per-day N] [--calls-per-day N] [--seed N] [--report FILE]

Runs vobiz-syncd through days of a simulated partner at high speed with random faults, then removes the faults and
compares the mirror with the simulator's own records. PostgreSQL and the daemon see the same clock, moved by
tests/support/moved_clock.cpp; timers run in real time. Ends with 0 if every day is proven and equal to the simulator's
records, and if the daemon neither grew nor kept file descriptors. --report writes the figures as JSON."""
import argparse
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PARTNER = "PA_EXAMPLE01"
PATIENCE_SECONDS = 300
# Allowed memory growth after the first days: allocator overhead, not rows.
GROWTH = 1.25
# max_in_flight below: the number of open connections may vary by this.
SOCKETS = 4

# Faults of the provider's responses, for a few requests each.
FAULTS = ["status:500,next=3", "status:502,shape=html,next=2", "status:503,next=3", "throttle:1,next=2",
          "reset-before,next=2", "reset-head,next=2", "reset-body,next=2", "truncate,next=2", "truncate-chunked,next=2",
          "drip:1,next=1", "html,next=1", "empty,next=2", "invalid-json,next=2", "invalid-utf8,next=1",
          "zero-summary,next=2", "no-summary,next=2", "no-total,next=2", "lying-total:3,next=2", "wrong-page,next=2",
          "empty-list,next=1", "any-day,next=2", "other-day:-3,next=2", "other-day:-1,next=2", "other-day:1,next=2",
          "any-customer,next=2", "capped-total:100,next=2", "repeat:2,next=2", "status:403,next=2",
          "status:404,next=1", "status:500,path=/cdrs,next=8", "status:500,path=/transactions,next=8",
          "wrong-encoding,next=2", "oversize,next=1", "redirect,next=1", "stall-head:1500,next=1"]


def wait_until(condition, what, seconds=PATIENCE_SECONDS):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"soak: {what} has not come about in {seconds} s")
        time.sleep(0.05)


class world:
    """A simulator, a PostgreSQL and a daemon below one folder."""

    def __init__(self, build, home, wanted):
        self.programs, self.home = build, home
        self.put_back = wanted.days * 86400
        self.clock = os.open(home / "clock", os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o644)
        self.set_clock()
        self.moved = dict(os.environ, LD_PRELOAD=str(build / "moved_clock.so"), MOVED_CLOCK=str(home / "clock"),
                          # The library must be loaded before the sanitizer's.
                          ASAN_OPTIONS="verify_asan_link_order=0")
        self.database = home / "postgres"
        self.database.mkdir()
        subprocess.run([SOURCE / "scripts/with-postgres.sh", "--start", self.database], env=self.moved, check=True)
        self.environment = dict(os.environ, PGHOST=str(self.database), PGPORT="5432", PGUSER="postgres",
                                PGDATABASE="postgres")
        now = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=self.put_back)
        with open(home / "simulator.log", "w") as log:
            self.simulator = subprocess.Popen(
                [build / "vobiz-sim", "--listen", "127.0.0.1:0", "--port-file", home / "port",
                 "--now", now.strftime("%FT%TZ"), "--days", "5", "--accounts", "9",
                 "--calls-per-day", str(wanted.calls_per_day), "--natural-gaps", "--seed", str(wanted.seed)],
                stderr=log)
        wait_until(lambda: (home / "port").exists(), "the simulator's port", 60)
        self.control = f"http://127.0.0.1:{(home / 'port').read_text().strip()}/_control"
        self.configure()
        subprocess.run(self.command("migrate"), env=self.moved, check=True, stdout=subprocess.DEVNULL)
        with open(home / "daemon.log", "w") as log:
            self.daemon = subprocess.Popen(self.command("run"), env=self.moved, stderr=log, stdout=log)

    def set_clock(self):
        os.pwrite(self.clock, struct.pack("=q", -self.put_back), 0)

    def command(self, word):
        return [self.programs / "vobiz-syncd", "-c", self.home / "vobiz-syncd.yaml", word]

    def configure(self):
        (self.home / "token").write_text("CANARY_PARTNER_TOKEN\n")
        (self.home / "token").chmod(0o600)
        first_day = self.api("/clock")["first_day"]
        each = "every: 1s"
        of_days = f"{{{each}, start_date: {first_day}}}"
        config = self.home / "vobiz-syncd.yaml"
        config.write_text(f"""partners:
  - name: soak
    base_url: {self.control.replace('/_control', '/api/v1/partner')}
    auth_id: {PARTNER}
    auth_token_file: {self.home}/token
    limits: {{requests_per_second: 500, max_in_flight: {SOCKETS}}}
    timeouts: {{connect: 1s, response: 1s}}
database: {{dsn: "host={self.database} dbname=postgres user=postgres"}}
streams:
  profile: {{{each}}}
  accounts: {{{each}}}
  balances: {{{each}}}
  numbers: {{{each}}}
  dashboard: {{{each}}}
  transactions: {of_days}
  cdrs: {of_days}
  analytics: {of_days}
http: false
""")
        config.chmod(0o600)

    def api(self, path, body=None, method=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or b"null")

    def sql(self, statement, *options):
        command = ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", *options, *(["-c", statement] if statement else [])]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True).stdout.strip()

    def database_answers(self):
        try:
            return self.sql("SELECT 1") == "1"
        except subprocess.CalledProcessError:
            return False

    def restart_database(self, mode):
        binary = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))[-1]
        identity = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
        subprocess.run([*identity, binary, "-D", self.database / "data", "-l", self.database / "server.log", "-m", mode,
                        "-w", "restart"], env=self.moved, cwd="/", check=True, stdout=subprocess.DEVNULL)
        wait_until(self.database_answers, "an answer of the restarted PostgreSQL", 60)

    def advance(self, seconds):
        self.put_back = max(0, self.put_back - seconds)
        self.api("/advance", {"seconds": seconds})
        self.set_clock()

    def runs(self, stream):
        return int(self.sql(f"SELECT coalesce(max(id), 0) FROM vobiz_sync.runs WHERE stream = '{stream}'"))

    def resident_mib(self):
        lines = pathlib.Path(f"/proc/{self.daemon.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.daemon.pid}/fd"))

    def stop(self):
        for process in (self.daemon, self.simulator):
            process.terminate()
        self.daemon.wait(60)
        self.simulator.wait(60)
        subprocess.run([SOURCE / "scripts/with-postgres.sh", "--stop", self.database], check=False)


def strike(all, dice, count):
    """Causes one random fault, or one change that a provider makes late."""
    throw = dice.random()
    if throw < 0.55:
        fault = dice.choice(FAULTS)
        count(fault.split(",")[0].split(":")[0])
        all.api("/faults", {"fault": fault})
    elif throw < 0.65:
        count("connections ended")
        all.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
    elif throw < 0.70:
        mode = dice.choice(["fast", "immediate"])
        count(f"PostgreSQL restarted ({mode})")
        all.restart_database(mode)
    elif throw < 0.75:
        count("daemon stopped and continued")
        all.daemon.send_signal(signal.SIGSTOP)
        all.advance(60)
        all.daemon.send_signal(signal.SIGCONT)
    elif throw < 0.90:
        count("late calls")
        day = all.sql("SELECT (now() AT TIME ZONE 'UTC')::date - " + str(dice.randint(1, 3)))
        all.api("/calls", {"n": dice.randint(1, 5), "day": day})
    else:
        uuid = all.sql("SELECT uuid FROM vobiz.cdrs WHERE removed_at IS NULL AND cost > 0 ORDER BY uuid OFFSET " +
                       str(dice.randint(0, 50)) + " LIMIT 1")
        if uuid:
            count("calls re-rated")
            all.api(f"/calls/{uuid}", {"cost": f"{dice.randint(1, 900) / 100:.2f}"})


def differences(all):
    paths = {"wallets": "/truth/wallets", "cdrs": "/truth/days?stream=cdrs",
             "transactions": "/truth/days?stream=transactions"}
    recorded = {name: json.dumps(all.api(path)) for name, path in paths.items()}
    options = [word for name, text in recorded.items() for word in ("-v", f"{name}={text}")]
    return all.sql("", "-v", f"partner={PARTNER}", *options, "-f", SOURCE / "scripts/quickstart/differences.sql")


def live(all, wanted):
    dice = random.Random(wanted.seed)
    struck = {}

    def count(what):
        struck[what] = struck.get(what, 0) + 1

    def number(statement):
        return int(all.sql(statement))

    first_round = "SELECT count(DISTINCT stream) = 8 FROM vobiz_sync.runs WHERE outcome = 'ok'"
    wait_until(lambda: all.database_answers() and all.sql(first_round) == "t", "a first round of all streams")
    memory, files = [], []
    for _ in range(wanted.days * wanted.steps_per_day):
        before = all.runs("cdrs")
        if dice.random() < 0.8:
            strike(all, dice, count)
        all.advance(86400 // wanted.steps_per_day)
        # Faults delay a cycle: the clock moves on after four seconds at most.
        end = time.monotonic() + 4
        while all.runs("cdrs") == before and time.monotonic() < end:
            if all.daemon.poll() is not None:
                raise SystemExit(f"soak: the daemon ended with {all.daemon.returncode}, see {all.home}/daemon.log")
            time.sleep(0.05)
        memory.append(all.resident_mib())
        files.append(all.descriptors())
    all.api("/faults", method="DELETE")
    unproven = """SELECT string_agg(stream || ' ' || day || ' ' || state, ', ') FROM vobiz_sync.windows
        WHERE stream IN ('cdrs', 'transactions') AND day < (now() AT TIME ZONE 'UTC')::date - 1 AND state <> 'proven'"""
    end = time.monotonic() + PATIENCE_SECONDS
    left = wrong = "not asked"
    while left or wrong:
        if time.monotonic() > end:
            print(f"not proven: {left}\ndifferences: {wrong}", file=sys.stderr)
            raise SystemExit("soak: the mirror does not come to agree with the provider")
        time.sleep(0.5)
        left = all.sql(unproven)
        wrong = left or differences(all)
    return {"days": wanted.days, "steps": len(memory), "seed": wanted.seed, "struck": dict(sorted(struck.items())),
            "calls": number("SELECT count(*) FROM vobiz.cdrs"),
            "entries": number("SELECT count(*) FROM vobiz.transactions"),
            "days_proven": number("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'proven'"),
            "cycles": number("SELECT count(*) FROM vobiz_sync.runs"),
            "cycles_failed": number("SELECT count(*) FROM vobiz_sync.runs WHERE outcome NOT IN ('ok', 'mismatch')"),
            "requests": number("SELECT sum(requests) FROM vobiz_sync.runs"),
            "resident_mib_first_third": round(max(memory[:len(memory) // 3]), 1),
            "resident_mib_last_third": round(max(memory[-len(memory) // 3:]), 1),
            "descriptors_first_third": max(files[:len(files) // 3]),
            "descriptors_last_third": max(files[-len(files) // 3:]),
            "descriptors_at_the_end": all.descriptors()}


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("build", type=pathlib.Path)
    asked.add_argument("--days", type=int, default=30)
    asked.add_argument("--steps-per-day", type=int, default=24)
    asked.add_argument("--calls-per-day", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--report", type=pathlib.Path)
    wanted = asked.parse_args()
    home = pathlib.Path(tempfile.mkdtemp(prefix="vobiz-soak."))
    home.chmod(0o755)
    all = world(wanted.build.resolve(), home, wanted)
    kept = True
    try:
        figures = live(all, wanted)
        kept = False
    finally:
        all.stop()
        if kept:
            print(f"soak: logs are in {home}", file=sys.stderr)
    if all.daemon.returncode != 0:
        raise SystemExit(f"soak: the daemon ended with {all.daemon.returncode}, see {home}/daemon.log")
    shutil.rmtree(home)
    text = json.dumps(figures, indent=1)
    print(text)
    if wanted.report:
        wanted.report.write_text(text + "\n")
    # A sanitizer delays the reuse of freed memory, so growth would mean nothing.
    libraries = subprocess.run(["ldd", wanted.build / "vobiz-syncd"], capture_output=True, check=True).stdout
    grown = figures["resident_mib_last_third"] > GROWTH * figures["resident_mib_first_third"]
    if grown and b"libasan" not in libraries:
        raise SystemExit("soak: the daemon's memory has grown")
    if figures["descriptors_at_the_end"] > figures["descriptors_first_third"] + SOCKETS:
        raise SystemExit("soak: the daemon keeps file descriptors")


main()
