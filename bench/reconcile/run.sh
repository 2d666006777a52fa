#!/usr/bin/env bash
# run.sh [CALLS [DAYS [TARGET [FILE]]]]: measures how long reconciling a month takes in a mirror of CALLS calls (default
# 10 million) of DAYS days (default three years) and 200 customers, in a throw-away PostgreSQL. Writes FILE (default
# bench/results/reconcile.json) and ends with 1 if the month takes TARGET seconds (default 30) or more.
#   run.sh                                                      a month of 300 000 calls
#   run.sh 10000000 103 120 bench/results/reconcile-large.json  a month of 3 million
# CUSTOMERS=5000 run.sh 1000000 103 30 FILE: with lists of each customer, whose windows prove the days.
# Needs about 1.5 GB per million calls below /tmp, and build/release/vobiz-syncd, or another build folder in BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
calls=${1:-10000000}
days=${2:-1096}
target=${3:-30}
file=${4:-bench/results/reconcile.json}
if [ -z "${VOBIZ_BENCH_INSIDE:-}" ]; then
  VOBIZ_BENCH_INSIDE=yes VOBIZ_PG_BUFFERS=${VOBIZ_PG_BUFFERS:-1GB} \
    exec scripts/with-postgres.sh "$0" "$calls" "$days" "$target" "$file"
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
step "filling $calls calls" -v calls="$calls" -v days="$days" -v ledger_days="$days" -v accounts="${CUSTOMERS:-200}" \
  -v judged_days=100 -o /dev/null -f bench/dashboards/fill.sql
if [ -n "${CUSTOMERS:-}" ]; then
  step "windows of each customer" -c "
INSERT INTO vobiz_sync.windows (partner_id, stream, scope, day, state, proof, read_at, proven_at)
SELECT w.partner_id, w.stream, a.auth_id, w.day, 'proven', w.proof, w.read_at, w.proven_at
FROM vobiz_sync.windows w JOIN vobiz.accounts a USING (partner_id)
WHERE w.stream IN ('cdrs', 'transactions') AND w.day < now()::date AND w.day >= now()::date - 62" -c "
UPDATE vobiz_sync.windows SET state = 'forbidden', proven_at = NULL
WHERE scope = '*' AND stream IN ('cdrs', 'transactions') AND day < now()::date AND day >= now()::date - 62"
fi
# The check of the rollups compares them with the rows, so that there have to be some.
"$program" -c "$config" rebuild-rollups
step "vacuum" -c "VACUUM ANALYZE"
mkdir -p bench/results
# The last full month. Run this once its last days have settled.
month=$(date -u -d "$(date -u +%Y-%m-15) 1 month ago" +%Y-%m)
bench/reconcile/measure.py "$file" "$target" "$month" "$config" "$program"
