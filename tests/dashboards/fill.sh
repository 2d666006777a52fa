#!/usr/bin/env bash
# fill.sh BUILD: fills the database in PGHOST etc. with two simulated partners, read by the service, so that every panel
# has data: calls, wallets, numbers, breaks, rejects, changes.
set -euo pipefail
umask 077
build=$1
. "$(dirname "${BASH_SOURCE[0]}")/../support/simulator.sh"
here=$(mktemp -d /tmp/vobiz-fill.XXXXXX)
simulators=()
trap 'kill "${simulators[@]}" 2>/dev/null || true; rm -rf "$here"' EXIT
fail() { echo "fill: $*" >&2; exit 1; }

# start_partner NAME OPTION…
start_partner() {
  local name=$1
  start_simulator "$build" "$here/$name" --auth-id "PA_${name^^}" --calls-per-day 70 --accounts 14 --days 35 "${@:2}"
  simulators+=("$simulator")
  echo CANARY_PARTNER_TOKEN >"$here/$name.token"
}
control() { curl -sS --fail --max-time 60 "http://127.0.0.1:$(cat "$here/$1.port")/_control/$2" "${@:3}" >/dev/null; }
# syncd CODES ARGUMENT…: runs vobiz-syncd; its exit code must be one of CODES.
syncd() {
  local expected=$1 code=0
  shift
  "$build/vobiz-syncd" -c "$here/vobiz-syncd.yaml" "$@" >"$here/output" 2>&1 || code=$?
  [[ " $expected " == *" $code "* ]] || { cat "$here/output" >&2; fail "vobiz-syncd $* ends with $code"; }
}

start_partner acme
start_partner zenith --seed 2 --generation 1
first_day=$(curl -sS "http://127.0.0.1:$(cat "$here/acme.port")/_control/clock" | jq -r .first_day)
{
  echo "partners:"
  for name in acme zenith; do
    cat <<YAML
  - name: $name
    base_url: http://127.0.0.1:$(cat "$here/$name.port")/api/v1/partner
    auth_id: PA_${name^^}
    auth_token_file: $here/$name.token
    limits: {requests_per_second: 500, max_in_flight: 4}
YAML
  done
  cat <<YAML
database: {dsn: "host=$PGHOST dbname=$PGDATABASE user=$PGUSER"}
streams:
  cdrs: {start_date: $first_day}
  transactions: {start_date: $first_day}
  analytics: {start_date: $first_day}
http: false
YAML
} >"$here/vobiz-syncd.yaml"

syncd 0 migrate
# Rows that cause breaks, a row that cannot be stored, and a price change after the first cycle.
day=$(date -u -d '3 days ago' +%F)
for leak in charge_without_call call_without_charge double_charge; do
  control acme leaks -d "{\"kind\": \"$leak\", \"day\": \"$day\", \"amount\": \"0.5\"}"
done
# A second currency, as for accounts abroad.
control acme calls -d "{\"n\": 5, \"day\": \"$day\", \"answered\": true, \"fields\": {\"currency\": \"USD\"}}"
control acme rows -d "{\"stream\": \"cdrs\", \"day\": \"$day\", \"json\": \"{\\\"uuid\\\": 7}\"}"
syncd 0 sync
call=$(psql -X -At -c "SELECT uuid FROM vobiz.cdrs WHERE partner_id = 'PA_ACME' AND window_day = '$day' AND cost > 0
  LIMIT 1")
control acme "calls/$call" -d '{"cost": "9.5"}'
syncd 0 sync
# Reconciles three days, with breaks (3) or with checks that cannot run because the mirror is too young (4).
for back in 2 3 4; do
  syncd "3 4" reconcile --day "$(TZ=Asia/Kolkata date -d "$back days ago" +%F)"
done
