#!/usr/bin/env bash
# run.sh [CALLS]: how fast the dashboards are over CALLS calls (10 million unless told otherwise) of a hundred
# days and 200 customers, in a throw-away PostgreSQL. Writes bench/results/dashboards.json. Needs about 1 GB a
# million calls below /tmp, and build/release/vobiz-syncd or BUILD, a folder with another.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
calls=${1:-10000000}
if [ -z "${VOBIZ_BENCH_INSIDE:-}" ]; then
  VOBIZ_BENCH_INSIDE=yes VOBIZ_PG_BUFFERS=${VOBIZ_PG_BUFFERS:-1GB} exec scripts/with-postgres.sh "$0" "$calls"
fi
config=$(mktemp)
trap 'rm -f "$config"' EXIT
cat >"$config" <<YAML
partners: [{name: bench, base_url: "http://127.0.0.1:1/", auth_id: PA_BENCH, auth_token: none}]
database: {dsn: "host=$PGHOST dbname=$PGDATABASE user=$PGUSER"}
YAML
chmod 600 "$config"
"${BUILD:-build/release}/vobiz-syncd" -c "$config" migrate
step() { echo "$1"; shift; psql -X -q -v ON_ERROR_STOP=1 "$@"; }
step "filling $calls calls" -v calls="$calls" -v days=100 -v ledger_days=35 -v judged_days=100 -v accounts=200 -o /dev/null -f bench/dashboards/fill.sql
step "gathering statistics" -c "ANALYZE"
step "making the rollups" -At -c "SELECT vobiz_sync.rebuild_rollups('Asia/Kolkata') || ' rows'"
step "vacuum" -c "VACUUM ANALYZE"
mkdir -p bench/results
bench/dashboards/measure.py bench/results/dashboards.json
