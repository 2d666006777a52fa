#!/usr/bin/env bash
# scripts/coverage.sh: prints for each file of src the share of lines that the tests ran and the lines they did not
# run, from what scripts/test.sh --all leaves in build/ci. Fails below 90 %. docs/reliability.md says what is not
# counted.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,4s/^# //p' scripts/coverage.sh; }
case ${1:-} in
  '') ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ -n "$(find build/ci/src -name '*.gcda' -print -quit 2>/dev/null)" ] || {
  echo "coverage: no test has run in build/ci yet" >&2
  echo "hint: run scripts/test.sh --all first" >&2
  exit 1
}
# src/boost is two lines of ours; the rest is Asio and Beast.
gcovr --root . --filter src/ --filter include/ --exclude src/boost/ --exclude-unreachable-branches --sort-percentage \
  --fail-under-line 90 build/ci/src
