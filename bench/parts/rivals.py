"""The same calls from the same server, read by other tools. Each stores into a table of its own that has a key, but no
partitions and no rollups."""
import json
import os
import subprocess

import harness as h

TOOLS = {"script": ["requests", "psycopg2-binary"], "dlt": ["dlt[postgres]"],
         "singer": ["singer-sdk", "meltanolabs-target-postgres"]}


def environment(name):
    """The bin folder of a virtualenv with the tool, or None if it cannot be installed."""
    home = h.WORK / f"venv-{name}"
    if not (home / "ready").exists():
        h.say(f"installing {' '.join(TOOLS[name])}")
        made = subprocess.run(["python3", "-m", "venv", home], capture_output=True).returncode == 0 and subprocess.run(
            [home / "bin/pip", "-q", "install", *TOOLS[name]], capture_output=True).returncode == 0
        if not made:
            return None
        (home / "ready").touch()
    return home / "bin"


def versions(bin_folder, name):
    frozen = subprocess.run([bin_folder / "pip", "freeze"], capture_output=True, text=True).stdout.splitlines()
    wanted = {p.split("[")[0] for p in TOOLS[name]}
    return [line for line in frozen if line.split("==")[0] in wanted]


def command(name, tool, url, dsn, first, last):
    rivals = h.ROOT / "bench/rivals"
    if name != "singer":
        return [tool / "python", rivals / ("script.py" if name == "script" else "by_dlt.py"), url, dsn, first, last]
    tap, target = h.WORK / "tap.json", h.WORK / "target.json"
    tap.write_text(json.dumps({"url": url, "first": first, "last": last}))
    target.write_text(json.dumps({"sqlalchemy_url": dsn.replace("postgresql://", "postgresql+psycopg://"),
                                  "default_target_schema": "by_singer"}))
    # The reported peak is that of the larger of the two processes.
    return ["bash", "-c", f"set -o pipefail; {tool}/python {rivals}/tap.py --config {tap} | "
                          f"{tool}/target-postgres --config {target}"]


TABLES = {"script": "public.cdrs", "dlt": "by_dlt.cdrs", "singer": "by_singer.cdrs"}


def run(size):
    folder, days = h.rendered(size.rows_a_day, size.days)
    rows = size.rows_a_day * size.days
    result = {"rows": rows, "tools": {}}
    with h.serving(folder / "pages") as server:
        url = f"http://127.0.0.1:{server.port}/api/v1/partner"
        config = h.configuration(h.new_database("bench_own"), server.port)
        own, _ = h.backfill(config, days)
        assert h.stored("bench_own") == rows
        h.drop("bench_own")
        own["rows_a_second"] = round(rows / own["seconds"])
        result["daemon"] = own
        h.say(f"daemon: {own['rows_a_second']} rows/s, {own['peak_mib']} MiB")
        for name in TOOLS:
            tool = environment(name)
            if tool is None:
                h.say(f"{name}: left out, pip cannot install {' '.join(TOOLS[name])} here")
                result["tools"][name] = {"left_out": "pip could not install it"}
                continue
            database = h.new_database("bench_rival")
            # Some tools require a host and a password; libpq uses the socket's folder in the query.
            dsn = f"postgresql://{os.environ['PGUSER']}:none@localhost:5432/{database}?host={os.environ['PGHOST']}"
            took, _ = h.measured(command(name, tool, url, dsn, days[0], days[-1]),
                                 env={"DLT_DATA_DIR": str(h.WORK / "dlt-state"), "RUNTIME__DLTHUB_TELEMETRY": "false"})
            have = int(h.psql(f"SELECT count(*) FROM {TABLES[name]}", database))
            assert have == rows, f"{name} stored {have} of {rows}"
            h.drop(database)
            took |= {"rows_a_second": round(rows / took["seconds"]), "versions": versions(tool, name)}
            took |= {"daemon_is_faster_by": round(own["rows_a_second"] / took["rows_a_second"], 1),
                     "daemon_memory_share": round(own["peak_mib"] / took["peak_mib"], 2)}
            h.say(f"{name}: {took['rows_a_second']} rows/s, {took['peak_mib']} MiB")
            result["tools"][name] = took
    return result
