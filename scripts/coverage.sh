#!/usr/bin/env bash
# scripts/coverage.sh: which lines of src the tests have run, a file a line with the lines they have not, from what
# scripts/test.sh leaves in build/ci. Fails below 90 % of the lines. docs/reliability.md explains what is not covered.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in -h | --help) sed -n '2,3s/^# //p' scripts/coverage.sh; exit 0 ;; '') ;; *) sed -n '2,3s/^# //p' scripts/coverage.sh >&2; exit 2 ;; esac
[ -n "$(find build/ci/src -name '*.gcda' -print -quit 2>/dev/null)" ] || {
  echo "coverage: no test has run in build/ci yet" >&2
  echo "hint: run scripts/test.sh first" >&2
  exit 1
}
# src/boost is two lines of ours and all of Asio and Beast.
gcovr --root . --filter src/ --filter include/ --exclude src/boost/ --exclude-unreachable-branches --sort-percentage \
  --fail-under-line 90 build/ci/src
