#!/usr/bin/env bash
# scripts/test.sh [--all] [LABEL]: installs missing packages, builds the ci preset in build/ci with all cores and runs
# the tests that take less than a minute or two, or with --all every test, as CI does; of a LABEL only: unit (needs
# nothing), db (PostgreSQL), e2e (programs, simulator and PostgreSQL), package (Debian's tools). The tests start and
# stop their servers themselves.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() { sed -n '2,5s/^# //p' scripts/test.sh; }
all=
[ "${1:-}" != --all ] || { all=yes; shift; }
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

scripts/install-deps.sh
mkdir -p build
# Of two runs in one clone, the second waits for the first.
exec 9>build/test.lock
flock 9
cmake --preset ci >build/test-cmake.log 2>&1 || {
  cat build/test-cmake.log >&2
  echo "test: the build cannot be configured, see above" >&2
  exit 1
}
echo "building build/ci"
cmake --build --preset ci 9>&- || { echo "test: the build fails, see above" >&2; exit 1; }

chosen=()
if [ $# -eq 1 ]; then
  ctest --test-dir build/ci --print-labels | grep -qx "  $1" || {
    echo "test: no test has the label \"$1\"" >&2
    echo "hint: $(ctest --test-dir build/ci --print-labels | sed -n 's/^  //p' | paste -sd ' ')" >&2
    exit 2
  }
  chosen=(-L "^$1\$")
fi
count() { ctest --test-dir build/ci -N "$@" | sed -n 's/^Total Tests: //p'; }
left_out=0
if [ -z "$all" ]; then
  left_out=$(count "${chosen[@]}" -L '^slow$')
  chosen+=(-LE '^slow$')
fi
echo "running $(count "${chosen[@]}") test programs, three at a time"
# Each has its own server and ports, and most of them wait more than they compute.
ctest --preset ci --no-tests=error -j3 "${chosen[@]}" 9>&-
[ "$left_out" -eq 0 ] || echo "test: $left_out slow test programs were left out: scripts/test.sh --all runs them, too"
