#!/usr/bin/env bash
# run.sh [--days N] [--rows-a-day N] [--rounds N] [PART…]: measures what docs/performance.md shows, all parts or those
# named, in a throw-away PostgreSQL. Writes bench/results/PART.json and docs/performance.md. Needs
# build/release/vobiz-syncd (another folder of it in BUILD) and vobiz-sim; nginx and libbenchmark-dev, if absent;
# about 4 GB below /tmp for a million calls, and 40 GB for the parts memory and growth, which use ten times as many.
# VOBIZ_BENCH_WORK is the folder that keeps pages and virtualenvs between runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -z "${VOBIZ_BENCH_INSIDE:-}" ]; then
  missing=()
  command -v nginx >/dev/null || missing+=(nginx-light)
  [ -e /usr/include/benchmark/benchmark.h ] || missing+=(libbenchmark-dev)
  if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    # Install the program only, do not start the package's service.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -o DPkg::Lock::Timeout=300 install -y \
      --no-install-recommends "${missing[@]}" >/dev/null
  fi
  # fsync is on as in production, so the figures include the cost of durability.
  VOBIZ_BENCH_INSIDE=yes VOBIZ_PG_FSYNC=${VOBIZ_PG_FSYNC:-on} VOBIZ_PG_BUFFERS=${VOBIZ_PG_BUFFERS:-512MB} \
    exec scripts/with-postgres.sh "$0" "$@"
fi
export PYTHONDONTWRITEBYTECODE=1
bench/measure.py "$@"
bench/table.py
