"""A simulated provider with many customers, and a service that mirrors it."""
import contextlib
import datetime
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.request

import harness as h

SIMULATOR = pathlib.Path(os.environ.get("VOBIZ_SIM", h.ROOT / "build/release/vobiz-sim"))
# Keys for a program that knows more of them than its predecessor: lines below a partner, and members of a stream.
PARTNER_KEYS = os.environ.get("VOBIZ_BENCH_PARTNER_KEYS", "")
STREAM_KEYS = os.environ.get("VOBIZ_BENCH_STREAM_KEYS", "")


def started(command, output, mode="w"):
    """A process in the background; its output goes to this file."""
    with open(output, mode) as file:
        return subprocess.Popen([str(c) for c in command], stdout=file, stderr=subprocess.STDOUT)


class Simulator:
    """vobiz-sim, whose ordinary business rests: only live calls happen, each debited at once."""

    def __init__(self, name, customers, generation, history, calls_a_day):
        self.port_file = h.WORK / f"{name}.port"
        self.port_file.unlink(missing_ok=True)
        self.log_file = h.WORK / f"{name}.log"
        self.process = started(
            [SIMULATOR, "--listen", "127.0.0.1:0", "--port-file", self.port_file, "--accounts", str(customers),
             "--days", str(history), "--calls-per-day", str(calls_a_day), "--generation", str(generation),
             "--debiting", "per_call", "--still", "--auth-id", h.PARTNER, "--auth-token", h.TOKEN],
            self.log_file)

    def wait(self):
        """Until it serves; others may start meanwhile."""
        for _ in range(1200):
            if self.port_file.exists():
                self.port = int(self.port_file.read_text())
                return self
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit("the simulator does not start: " + self.log_file.read_text())

    def control(self, path, method="GET", **body):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/_control{path}", method=method,
                                         data=json.dumps(body).encode() if method == "POST" else None)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def set_latency(self, milliseconds):
        self.control("/api", "POST", latency_ms=milliseconds)

    def live(self, active_percent):
        self.control("/live", "POST", active_percent=active_percent)

    def calls(self):
        return self.control("/truth?stream=cdrs")["count"]

    def now(self):
        """The simulated time, in seconds since 1970."""
        return datetime.datetime.fromisoformat(self.control("/clock")["now"]).timestamp()

    def forget_requests(self):
        self.control("/requests", "DELETE")

    def requests(self):
        return self.control("/requests")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def configuration(database, simulator, days, requests_per_second, max_in_flight, http_port=None, streams=("cdrs",),
                  scope="auto", backfill_days=None):
    """Everything is on, with its defaults; `streams` begin `days` ago, the calls `backfill_days` ago if given."""
    began = {name: (backfill_days if backfill_days and name == "cdrs" else days)
             for name in ("cdrs", "transactions", "analytics")}
    lookback = ", lookback_days: 1, audit_days: 1" if days == 0 else ""
    keys = f", {STREAM_KEYS}" if STREAM_KEYS else ""
    # Numbers cost a request a customer and hour where there is no global list; they would stand in the first minutes.
    sections = "numbers: {enabled: false}, " + ", ".join(
        f"{name}: {{start_date: {day(ago)}" + ("" if name == "analytics" else f", scope: {scope}{lookback}{keys}") + "}"
        for name, ago in began.items())
    http = f'http: {{listen: "127.0.0.1:{http_port}"}}' if http_port else "http: false"
    file = h.configuration(database, simulator.port, requests_per_second, max_in_flight, sections, http)
    if PARTNER_KEYS:
        marker = f"    auth_token: {h.TOKEN}\n"
        file.write_text(file.read_text().replace(marker, f"{marker}    {PARTNER_KEYS}\n"))
    return file


def day(ago):
    return h.psql(f"SELECT (now() AT TIME ZONE 'UTC')::date - {ago}")


class Service:
    """`vobiz-syncd run` with its status."""

    def __init__(self, name, config, http_port):
        self.http_port = http_port
        # What it said in an earlier phase stays.
        self.process = started([h.DAEMON, "-c", config, "run"], h.WORK / f"{name}.service.txt", "a")

    def facts(self):
        """Processor seconds so far, and the peak of resident memory in MiB."""
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        lines = pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        status = dict(line.split(":", 1) for line in lines)
        return {"cpu_seconds": (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK"),
                "peak_mib": round(int(status["VmHWM"].split()[0]) / 1024, 1)}

    def status(self):
        """What /status.json says; empty if it does not answer."""
        with contextlib.suppress(OSError), urllib.request.urlopen(
                f"http://127.0.0.1:{self.http_port}/status.json", timeout=10) as answer:
            return json.load(answer)
        return {}

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def bounded(command, seconds, name):
    """Runs a command for so long at most. Returns its seconds, and whether it ended by itself with 0."""
    start = time.monotonic()
    process = started(command, h.WORK / f"{name}.txt")
    try:
        code = process.wait(seconds)
    except subprocess.TimeoutExpired:
        code = None
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    return round(time.monotonic() - start, 2), code == 0
