#!/usr/bin/env bash
# reconciliation_test.sh BUILD: runs the worked example of docs/reconciliation.md. with-postgres.sh starts it.
set -euo pipefail
build=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$source/tests/support/simulator.sh"
here=$(mktemp -d /tmp/vobiz-worked-example.XXXXXX)
simulator=
trap '[ -z "$simulator" ] || kill "$simulator"; rm -rf "$here"' EXIT
fail() { echo "reconciliation_test: $*" >&2; exit 1; }

mkdir "$here/blocks"
awk -v folder="$here/blocks" -f "$source/tests/docs/blocks.awk" "$source/docs/reconciliation.md" || fail "see above"
ls "$here"/blocks/*.worked-example.sh "$here"/blocks/*.query.sql >/dev/null || fail "there are no blocks to run"

start_simulator "$build" "$here/simulator" --days 5 --calls-per-day 150 --accounts 9
port=$(cat "$here/simulator.port")
first_day=$(curl -sS "http://127.0.0.1:$port/_control/clock" | jq -r .first_day)
(
  umask 077
  echo CANARY_PARTNER_TOKEN >"$here/token"
  cat >"$here/vobiz-syncd.yaml" <<YAML
partners:
  - name: acme
    base_url: http://127.0.0.1:$port/api/v1/partner
    auth_id: PA_EXAMPLE01
    auth_token_file: token
    limits: {requests_per_second: 1000}
database: {dsn: "host=$PGHOST dbname=postgres user=postgres"}
streams:
  cdrs: {start_date: $first_day}
  transactions: {start_date: $first_day}
  analytics: {start_date: $first_day}
http: false
YAML
)
cd "$here"
for block in blocks/*.worked-example.sh; do
  sed "s#127.0.0.1:8080#127.0.0.1:$port#" "$block" >block.sh
  PATH=$build:$PATH bash -euo pipefail block.sh >output 2>&1 || {
    cat output block.sh
    fail "these commands fail, see above"
  }
  cat output
done
found=$(psql -XAt -f "$(ls blocks/*.query.sql)" | cut -d'|' -f2,4,5,6)
for block in blocks/*.tables.sql; do
  psql -XqAt -v ON_ERROR_STOP=1 -f "$block" >output 2>&1 || {
    cat output "$block"
    fail "these statements fail, see above"
  }
done
[ "$found" = "no_debit|-0.45000|INR|test call of our own, waived" ] || fail "the example does not end as the text says"
