#!/usr/bin/env bash
# run.sh [CALLS [DAYS]]: measures how fast the dashboards are over CALLS calls (default 10 million) of DAYS days
# (default 100) and 200 customers, in a throw-away PostgreSQL. Writes bench/results/dashboards.json. Needs about 1 GB
# per million calls below /tmp, and build/release/vobiz-syncd, or another build folder in BUILD.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
calls=${1:-10000000}
days=${2:-100}
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
"${BUILD:-build/release}/vobiz-syncd" -c "$config" migrate
step() { echo "$1"; shift; psql -X -q -v ON_ERROR_STOP=1 "$@"; }
# Most of today's calls must already exist, so the settings get a time zone where it is evening.
ahead=$((21 - 10#$(date -u +%H)))
[ "$ahead" -le 12 ] || ahead=$((ahead - 24))
zone=Etc/GMT$(printf '%+d' $((-ahead)))
step "taking the zone $zone" -c "UPDATE vobiz.settings SET timezone = '$zone'"
step "filling $calls calls" -v calls="$calls" -v days="$days" -v ledger_days=35 -v judged_days="$days" \
  -v accounts=200 -o /dev/null -f bench/dashboards/fill.sql
step "gathering statistics" -c "ANALYZE"
step "making the rollups" -At -c "SELECT vobiz_sync.rebuild_rollups('$zone') || ' rows'"
# A cycle that finds calls of today does the same at its end.
step "keeping today's hours" -o /dev/null -c "SELECT vobiz_sync.keep_hours(p, vobiz.billing_day(now()))
  FROM (SELECT DISTINCT partner_id FROM vobiz_sync.usage_days) k(p)"
step "vacuum" -c "VACUUM ANALYZE"
mkdir -p bench/results
bench/dashboards/measure.py bench/results/dashboards.json
