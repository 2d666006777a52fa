#!/usr/bin/env bash
# run.sh [--days N] [--rows-a-day N] [--rounds N] [PART…]: measures what docs/performance.md shows, all parts unless
# some are named, in a throw-away PostgreSQL. Writes bench/results/PART.json and docs/performance.md. Needs
# build/release/vobiz-syncd (or BUILD, a folder with another), nginx and libbenchmark-dev, which it installs where it may,
# and about 4 GB below /tmp for a million calls, 40 GB for the parts memory and growth, which take ten times as many.
# VOBIZ_BENCH_WORK is where pages and virtualenvs are kept between runs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
if [ -z "${VOBIZ_BENCH_INSIDE:-}" ]; then
  missing=()
  command -v nginx >/dev/null || missing+=(nginx-light)
  [ -e /usr/include/benchmark/benchmark.h ] || missing+=(libbenchmark-dev)
  if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    # The package's own server is not wanted, only the program.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -q -o DPkg::Lock::Timeout=300 install -y \
      --no-install-recommends "${missing[@]}" >/dev/null
  fi
  # Durability costs what it costs: with fsync, as a database that is kept has it.
  VOBIZ_BENCH_INSIDE=yes VOBIZ_PG_FSYNC=${VOBIZ_PG_FSYNC:-on} VOBIZ_PG_BUFFERS=${VOBIZ_PG_BUFFERS:-512MB} \
    exec scripts/with-postgres.sh "$0" "$@"
fi
bench/measure.py "$@"
bench/table.py
