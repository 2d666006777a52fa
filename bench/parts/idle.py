"""An idle service: requests and writes of a poll, memory and processor time."""
import datetime
import os
import pathlib
import signal
import subprocess
import time

import harness as h
import render

SECONDS = 20


class Service:
    """`vobiz-syncd run` that polls today's calls every second."""

    def __init__(self, database, port, start_date, every="1s"):
        others = ("profile", "dashboard", "analytics", "accounts", "balances", "transactions", "numbers")
        streams = (f"cdrs: {{every: {every}, start_date: {start_date}, lookback_days: 1, audit_days: 1}}, " +
                   ", ".join(f"{s}: {{enabled: false}}" for s in others))
        http = f'http: {{listen: "127.0.0.1:{h.free_port()}"}}'
        config = h.configuration(database, port, streams=streams, extra=http)
        with open(h.WORK / "service.txt", "w") as output:
            self.process = subprocess.Popen([h.DAEMON, "-c", config, "run"], stdout=output, stderr=subprocess.STDOUT)

    def facts(self):
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return {"resident_mib": round(int(status["VmRSS"].split()[0]) / 1024, 1),
                "peak_mib": round(int(status["VmHWM"].split()[0]) / 1024, 1),
                "cpu_seconds": (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def today():
    return datetime.datetime.now(datetime.UTC).date()


def pages_of_today(name, rows):
    """A folder with the pages of today, with `rows` calls."""
    folder = h.WORK / f"pages-{name}"
    source, _ = h.rendered(100, 1)
    (folder / "pages").mkdir(parents=True, exist_ok=True)
    (folder / "pages/me.json").write_text((source / "pages/me.json").read_text())
    render.write_day(folder, today(), render.calls_of(today(), rows))
    return folder


def polls_between(database, begun, ended):
    return int(h.psql("SELECT count(*) FROM vobiz_sync.runs WHERE started_at >= to_timestamp("
                      f"{begun}) AND started_at < to_timestamp({ended})", database))


def wait_for_calls_of_today(database, calls):
    for _ in range(300):
        stored = int(h.psql(f"SELECT count(*) FROM vobiz.cdrs WHERE start_time >= '{today()}Z'", database))
        if stored >= calls:
            return
        time.sleep(0.2)
    raise SystemExit(f"the service stored {stored} of {calls}: {(h.WORK / 'service.txt').read_text()[-2000:]}")


def run(size):
    folder = pages_of_today("idle", 1000)
    database = h.new_database("bench_idle")
    with h.serving(folder / "pages") as server:
        service = Service(database, server.port, today())
        try:
            wait_for_calls_of_today(database, 1000)
            time.sleep(5)
            tuples, wal = h.tuples_written(database), h.wal()
            begun = time.time()
            before, start = service.facts(), time.monotonic()
            time.sleep(SECONDS)
            after, took = service.facts(), time.monotonic() - start
            ended = time.time()
            asked = sum(begun <= t < ended for t, _, _ in server.requests())
            polls = polls_between(database, begun, ended)
            wal, tuples = h.wal() - wal, h.tuples_written(database) - tuples
        finally:
            service.stop()
    h.drop(database)
    result = {"windows": 1, "polls": polls, "requests": asked, "requests_a_poll": round(asked / polls, 2),
              "tuples_of_data_written": tuples, "wal_bytes_a_poll": round(wal / polls),
              "resident_mib": after["resident_mib"], "peak_mib": after["peak_mib"],
              "cpu_percent": round(100 * (after["cpu_seconds"] - before["cpu_seconds"]) / took, 2)}
    h.say(", ".join(f"{k} {v}" for k, v in result.items()))
    return result
