#!/usr/bin/env python3
"""measure.py [--days N] [--rows-a-day N] [--rounds N] PART…: runs parts of the benchmark, each of which writes
bench/results/PART.json. bench/run.sh starts it, with a database."""
import argparse
import importlib
import sys

import harness

PARTS = ["backfill", "rivals", "latency", "limited", "idle", "unchanged", "decode", "months", "large-day", "customers",
         "memory", "growth"]
LARGE = ["memory", "growth"]  # over ten times as many days
ROWS_A_DAY = 100_000
LARGE_DAY = 1_000_000


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--days", type=int, default=10)
    arguments.add_argument("--rows-a-day", type=int)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("parts", nargs="*", metavar="PART")
    size = arguments.parse_args()
    if unknown := set(size.parts) - set(PARTS):
        sys.exit(f"measure: no part {', '.join(sorted(unknown))}\nhint: parts are {', '.join(PARTS)}")
    harness.WORK.mkdir(parents=True, exist_ok=True)
    day = argparse.Namespace(days=1, rows_a_day=size.rows_a_day or LARGE_DAY)
    size.rows_a_day = size.rows_a_day or ROWS_A_DAY
    large = argparse.Namespace(**{**vars(size), "days": size.days * 10})
    sizes = {"large-day": day} | dict.fromkeys(LARGE, large)
    for part in size.parts or PARTS:
        harness.say(f"part {part}")
        before = harness.load()
        module = importlib.import_module(f"parts.{part.replace('-', '_')}")
        result = module.run(sizes.get(part, size))
        if result is not None:
            harness.store(part, result, before)


main()
