#!/usr/bin/env bash
# dashboards_test.sh PYTHON BUILD: fills a database once, then runs every statement for Grafana and Metabase.
# with-postgres.sh starts it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
./fill.sh "$2"
# As docs/metabase.md makes it.
psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -c 'CREATE ROLE metabase LOGIN' \
  -c "SELECT vobiz_sync.let_read_masked('metabase')"
failures=0
for test in dashboards_test.py alerts_test.py questions_test.py metabase_test.py superset_test.py; do
  "$1" -B "$test" || failures=$((failures + 1))
done
exit "$failures"
