#!/usr/bin/env bash
# run.sh [CALLS [DAYS]]: measures how long reconciling a month takes in a mirror of CALLS calls (default 10 million) of
# DAYS days (default three years) and 200 customers, in a throw-away PostgreSQL. Writes bench/results/reconcile.json.
# Needs about 1.5 GB per million calls below /tmp, and build/release/vobiz-syncd, or another build folder in BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
calls=${1:-10000000}
days=${2:-1096}
if [ -z "${VOBIZ_BENCH_INSIDE:-}" ]; then
  VOBIZ_BENCH_INSIDE=yes VOBIZ_PG_BUFFERS=${VOBIZ_PG_BUFFERS:-1GB} exec scripts/with-postgres.sh "$0" "$calls" "$days"
fi
config=$(mktemp)
trap 'rm -f "$config"' EXIT
cat >"$config" <<YAML
partners: [{name: bench, base_url: "http://127.0.0.1:1/", auth_id: PA_BENCH, auth_token: bench-token}]
database: {dsn: "host=$PGHOST dbname=$PGDATABASE user=$PGUSER"}
YAML
chmod 600 "$config"
program="${BUILD:-build/release}/vobiz-syncd"
"$program" -c "$config" migrate
step() { echo "$1"; shift; psql -X -q -v ON_ERROR_STOP=1 "$@"; }
step "filling $calls calls" -v calls="$calls" -v days="$days" -v ledger_days="$days" -v accounts=200 \
  -v judged_days=100 -o /dev/null -f bench/dashboards/fill.sql
# The check of the rollups compares them with the rows, so that there have to be some.
"$program" -c "$config" rebuild-rollups
step "vacuum" -c "VACUUM ANALYZE"
mkdir -p bench/results
# The last full month. Run this once its last days have settled.
month=$(date -u -d "$(date -u +%Y-%m-15) 1 month ago" +%Y-%m)
bench/reconcile/measure.py bench/results/reconcile.json "$month" "$program" -c "$config"
