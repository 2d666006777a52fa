#!/usr/bin/env bash
# dashboards_test.sh PYTHON BUILD: fills a database once, then runs every statement for Grafana and Metabase.
# with-postgres.sh starts it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./fill.sh "$2"
failures=0
for test in dashboards_test.py questions_test.py; do
  "$1" -B "$test" || failures=$((failures + 1))
done
exit "$failures"
