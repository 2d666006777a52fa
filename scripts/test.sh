#!/usr/bin/env bash
# scripts/test.sh [LABEL]: installs missing packages, builds the ci preset in build/ci with all cores and runs
# all tests, or those of a label: unit (needs nothing), db (PostgreSQL), e2e (programs, simulator and
# PostgreSQL), package (Debian's tools). The tests start and stop their servers themselves.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case ${1:-} in
  -h | --help) sed -n '2,4s/^# //p' scripts/test.sh; exit 0 ;;
  -*) sed -n '2,4s/^# //p' scripts/test.sh >&2; exit 2 ;;
esac
[ $# -le 1 ] || { echo "usage: scripts/test.sh [LABEL]" >&2; exit 2; }

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

labels=()
if [ $# -eq 1 ]; then
  ctest --test-dir build/ci --print-labels | grep -qx "  $1" || {
    echo "test: no test has the label \"$1\"" >&2
    echo "hint: $(ctest --test-dir build/ci --print-labels | sed -n 's/^  //p' | paste -sd ' ')" >&2
    exit 2
  }
  labels=(-L "^$1\$")
fi
# Three at a time: each test has its own server and ports, and most of them wait more than they compute.
ctest --preset ci --no-tests=error -j3 "${labels[@]}" 9>&-
