#!/usr/bin/env bash
# dashboards_test.sh PYTHON BUILD: fills the database once, then runs every statement of Grafana and Metabase.
# Started by with-postgres.sh.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./fill.sh "$2"
failures=0
for test in dashboards_test.py questions_test.py; do
  "$1" -B "$test" || failures=$((failures + 1))
done
exit "$failures"
