"""Common code of all parts of the benchmark: an nginx that serves rendered pages, databases, and processes whose time
and memory are measured."""
import asyncio
import contextlib
import datetime
import json
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
DAEMON = pathlib.Path(os.environ.get("BUILD", ROOT / "build/release")) / "vobiz-syncd"
WORK = pathlib.Path(os.environ.get("VOBIZ_BENCH_WORK", "/tmp/vobiz-bench"))
RESULTS = pathlib.Path(os.environ.get("VOBIZ_BENCH_RESULTS", ROOT / "bench/results"))
PARTNER = "PA_BENCH"
TOKEN = "bench-token"


def say(text):
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", flush=True)


def load():
    return [round(x, 2) for x in os.getloadavg()]


def measured(command, env=None, check=True, output=None):
    """Runs a command. Returns its elapsed seconds, processor seconds and peak memory (of its largest process), and its
    output."""
    with open(output or WORK / "output.txt", "w+") as out:
        start = time.monotonic()
        process = subprocess.Popen([str(c) for c in command], stdout=out, stderr=subprocess.STDOUT,
                                   env={**os.environ, **(env or {})})
        _, status, usage = os.wait4(process.pid, 0)
        took = time.monotonic() - start
        out.seek(0)
        text = out.read()
    code = os.waitstatus_to_exitcode(status)
    process.returncode = code
    if check and code != 0:
        raise SystemExit(f"{command[0]} ended with {code}:\n{text[-3000:]}")
    return {"seconds": round(took, 2), "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
            "peak_mib": round(usage.ru_maxrss / 1024, 1)}, text


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Server:
    """An nginx with one worker that serves the pages; with `rate`, it answers 429 above that many requests a second."""

    def __init__(self, pages, rate=None):
        self.home = WORK / f"nginx-{free_port()}"
        self.home.mkdir(parents=True)
        self.port = free_port()
        self.log = self.home / "access.log"
        limit = f"limit_req_zone $binary_remote_addr zone=all:1m rate={rate}r/s; limit_req_status 429;" if rate else ""
        use = f"limit_req zone=all burst={max(1, rate // 10)} nodelay;" if rate else ""
        (self.home / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {self.home}/pid; error_log {self.home}/error.log;
{"user root;" if os.getuid() == 0 else ""}
events {{ worker_connections 256; }}
http {{
  client_body_temp_path {self.home}; proxy_temp_path {self.home}; fastcgi_temp_path {self.home};
  uwsgi_temp_path {self.home}; scgi_temp_path {self.home};
  log_format brief '$msec $status $request_uri'; access_log {self.log} brief buffer=64k flush=1s;
  sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/json; {limit}
  server {{
    listen 127.0.0.1:{self.port}; root {pathlib.Path(pages).resolve()};
    location = /api/v1/partner/me {{ try_files /me.json =404; }}
    location = /api/v1/partner/cdrs {{ {use} try_files /$arg_start_date/$arg_per_page-$arg_page.json =404; }}
  }}
}}
""")
        self.process = subprocess.Popen(["nginx", "-c", self.home / "nginx.conf", "-e", self.home / "error.log"])
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise SystemExit("nginx does not start: " + (self.home / "error.log").read_text())

    def requests(self):
        """Time, status and URI of each request so far."""
        time.sleep(1.2)  # the log is flushed once a second
        lines = [line.split(" ", 2) for line in self.log.read_text().splitlines()]
        return [(float(t), int(s), u) for t, s, u in lines]

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


@contextlib.contextmanager
def serving(pages, rate=None):
    server = Server(pages, rate)
    try:
        yield server
    finally:
        server.stop()


class Delay:
    """A TCP proxy in a thread that delays the answers of the server."""

    def __init__(self, to_port, milliseconds):
        self.to_port, self.seconds = to_port, milliseconds / 1000
        self.port = free_port()
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()

        def work():
            asyncio.set_event_loop(self.loop)
            self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", self.port, limit=1 << 20))
            ready.set()
            self.loop.run_forever()

        threading.Thread(target=work, daemon=True).start()
        ready.wait()

    async def serve(self, reader, writer):
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.to_port, limit=1 << 20)

        async def ask():
            while data := await reader.read(1 << 16):
                to_server.write(data)
            to_server.close()

        async def answer():
            while data := await from_server.read(1 << 20):
                self.loop.call_later(self.seconds, writer.write, data)
            self.loop.call_later(self.seconds, writer.close)

        await asyncio.gather(ask(), answer(), return_exceptions=True)


def psql(sql, database="postgres", tuples=True):
    options = ["-X", "-q", "-v", "ON_ERROR_STOP=1", *(["-At"] if tuples else [])]
    done = subprocess.run(["psql", *options, "-d", database, "-c", sql],
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"psql: {done.stderr}")
    return done.stdout.strip()


def configuration(database, port, requests_per_second=10000, max_in_flight=8, streams="cdrs: {}", extra=""):
    file = WORK / f"{database}-{port}.yaml"
    file.write_text(f"""partners:
  - name: bench
    base_url: http://127.0.0.1:{port}/api/v1/partner
    auth_id: {PARTNER}
    auth_token: {TOKEN}
    limits: {{requests_per_second: {requests_per_second}, max_in_flight: {max_in_flight}}}
database: {{dsn: "host={os.environ['PGHOST']} dbname={database} user={os.environ['PGUSER']}"}}
streams: {{{streams}}}
{extra}
""")
    file.chmod(0o600)
    return file


def new_database(name):
    """A database with the schema and no rows."""
    if psql("SELECT count(*) FROM pg_database WHERE datname = 'bench_empty'") == "0":
        psql("CREATE DATABASE bench_empty")
        measured([DAEMON, "-c", configuration("bench_empty", 1), "migrate"])
    psql(f"DROP DATABASE IF EXISTS {name}")
    psql(f"CREATE DATABASE {name} TEMPLATE bench_empty")
    psql("CHECKPOINT")
    return name


def drop(name):
    psql(f"DROP DATABASE IF EXISTS {name}")


def backfill(config, days, check=True):
    """The daemon's backfill of these days, newest last."""
    return measured([DAEMON, "-c", config, "backfill", "cdrs", "--from", days[0], "--to", days[-1]], check=check)


def proven(database):
    return int(psql("SELECT count(*) FROM vobiz_sync.windows WHERE state = 'proven'", database))


def stored(database):
    return int(psql("SELECT count(*) FROM vobiz.cdrs", database))


def tuples_written(database, schemas="'vobiz','vobiz_part'"):
    """Tuples written to the tables of these schemas so far, by the server's own statistics."""
    psql("SELECT pg_stat_force_next_flush()", database)
    time.sleep(1.5)
    return int(psql("SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables "
                    f"WHERE schemaname IN ({schemas})", database))


def wal():
    return int(psql("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint"))


def rendered(rows_a_day, days, last="2026-03-31"):
    """The folder with the pages of these days (rendered if they are missing) and the days, oldest first."""
    folder = WORK / f"pages-{days}x{rows_a_day}"
    if not (folder / "columns").exists():
        say(f"rendering {days} days of {rows_a_day} calls")
        measured([ROOT / "bench/render.py", folder, days, rows_a_day, last])
    return folder, sorted(p.name for p in (folder / "pages").iterdir() if p.is_dir())[-days:]


def filled(size):
    """A database that holds all days, filled once per run of the benchmark."""
    folder, days = rendered(size.rows_a_day, size.days)
    exists = psql("SELECT count(*) FROM pg_database WHERE datname = 'bench_filled'") != "0"
    if not exists or proven("bench_filled") < size.days:
        new_database("bench_filled")
        with serving(folder / "pages") as server:
            backfill(configuration("bench_filled", server.port), days)
        assert proven("bench_filled") == size.days and stored("bench_filled") == size.rows_a_day * size.days
    return "bench_filled"


def store(name, result, start_load):
    commit = subprocess.run(["git", "-C", ROOT, "log", "-1", "--format=%h", "--", "src", "include", "migrations"],
                            capture_output=True, text=True).stdout.strip()
    facts = {"measured": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%MZ"), "commit": commit,
             "processors": os.cpu_count(), "load_average_start": start_load, "load_average_end": load(),
             "postgresql": psql("SHOW server_version")}
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps({**facts, **result}, indent=1) + "\n")
