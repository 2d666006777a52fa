#!/usr/bin/env bash
# citus_test.sh BUILD: a mirror on Citus (a coordinator and two workers) has the same rows, rollups and windows as one
# on PostgreSQL alone, over the same simulated partner: distributed when empty and when filled, then with calls that
# come late, are re-rated, move to another day or vanish. Skipped (77) where the server does not offer the extension.
set -euo pipefail
build=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$source/tests/support/simulator.sh"
postgres=$source/scripts/with-postgres.sh
here=$(mktemp -d /tmp/vobiz-citus.XXXXXX)
chmod 755 "$here"
simulator=
started=()
finish() {
  [ -z "$simulator" ] || kill "$simulator" || true
  local node
  for node in "${started[@]}"; do "$postgres" --stop "$node" >"$here/stop.log" 2>&1 || cat "$here/stop.log" >&2; done
  rm -rf "$here"
}
trap finish EXIT
fail() { echo "citus_test: $*" >&2; exit 1; }

start_node() {
  mkdir "$here/$1"
  "$postgres" --start "$here/$1" >/dev/null
  started+=("$here/$1")
}
start_node one
export PGUSER=postgres PGHOST=$here/one
offered=$(psql -X -At -d postgres -c "SELECT count(*) FROM pg_available_extensions WHERE name = 'citus'")
[ "$offered" = 1 ] || { echo "citus_test: skipped: this server does not offer the extension citus"; exit 77; }
start_node first
start_node second

sql() { psql -X -q -At -v ON_ERROR_STOP=1 "$@"; }
ports=()
for node in one first second; do
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  ports+=("$port")
  cat >>"$here/$node/data/postgresql.conf" <<CONF
port = $port
listen_addresses = '127.0.0.1'
shared_preload_libraries = 'citus'
max_prepared_transactions = 100
citus.node_conninfo = 'sslmode=disable'
CONF
  "$postgres" --halt "$here/$node" fast >/dev/null
  "$postgres" --resume "$here/$node" >/dev/null
done
export PGPORT=${ports[0]}
for database in whole empty filled; do
  sql -d postgres -c "CREATE DATABASE $database"
  [ "$database" != whole ] || continue
  sql -d "$database" -c 'CREATE EXTENSION citus'
  sql -d "$database" -c "SELECT citus_set_coordinator_host('127.0.0.1', ${ports[0]})" >/dev/null
  for at in 1 2; do
    node=$([ $at = 1 ] && echo first || echo second)
    sql -h "$here/$node" -p "${ports[$at]}" -d postgres -c "CREATE DATABASE $database"
    sql -h "$here/$node" -p "${ports[$at]}" -d "$database" -c 'CREATE EXTENSION citus'
    sql -d "$database" -c "SELECT citus_add_node('127.0.0.1', ${ports[$at]})" >/dev/null
  done
done
sql -d filled -c 'CREATE ROLE vobiz_writer NOLOGIN' -c 'CREATE ROLE vobiz_reader NOLOGIN'

start_simulator "$build" "$here/simulator" --days 6 --calls-per-day 300 --accounts 12 --auth-token EXAMPLE_TOKEN
control() { curl -sS --fail -X "$1" "http://127.0.0.1:$(cat "$here/simulator.port")/_control$2" ${3:+-d "$3"}; }
first_day=$(control GET /clock | jq -r .first_day)
for database in whole empty filled; do
  cat >"$here/$database.yaml" <<YAML
partners:
  - name: acme
    base_url: http://127.0.0.1:$(cat "$here/simulator.port")/api/v1/partner
    auth_id: PA_EXAMPLE01
    auth_token: EXAMPLE_TOKEN
    limits: {requests_per_second: 500, max_in_flight: 4}
database: {dsn: "host=$PGHOST port=$PGPORT user=postgres dbname=$database"}
streams:
  cdrs: {start_date: $first_day}
  transactions: {start_date: $first_day}
  analytics: {start_date: $first_day}
http: false
YAML
  chmod 600 "$here/$database.yaml"
done
run() {
  "$build/vobiz-syncd" -c "$here/$1.yaml" "${@:2}" >"$here/output" 2>&1 || {
    cat "$here/output" >&2
    fail "\"${*:2}\" fails on the mirror \"$1\", see above"
  }
}

# Every row without what says when this mirror read it.
rows_of() {
  sql -d "$1" -c "SELECT count(*), md5(string_agg(j, E'\n' ORDER BY j)) FROM (
    SELECT (to_jsonb(t) - ARRAY['first_seen_at', 'changed_at', 'captured_at', 'seen_at', 'id', 'read_at', 'proven_at',
      'first_seen_from', 'first_seen_to', 'verified_at', 'attempts', 'requests'])::text AS j
    FROM $2 t WHERE to_jsonb(t) ->> 'removed_at' IS NULL) r"
}
expect_same() {
  local database table
  for table in vobiz.cdrs vobiz.transactions vobiz.accounts vobiz.adjustments vobiz.usage_buckets vobiz.hangup_buckets \
    vobiz.ledger_buckets vobiz.usage_days vobiz.ledger_days vobiz.concurrency_days vobiz_bi.usage_daily; do
    for database in empty filled; do
      [ "$(rows_of whole $table)" = "$(rows_of $database $table)" ] ||
        fail "$1: the mirror \"$database\" has other rows of $table"
    done
  done
  local proven="SELECT string_agg(concat_ws(' ', stream, scope, day, state, rows), E'\n' ORDER BY stream, scope, day)
    FROM vobiz_sync.windows"
  for database in empty filled; do
    [ "$(sql -d whole -c "$proven")" = "$(sql -d $database -c "$proven")" ] ||
      fail "$1: the mirror \"$database\" has other windows"
  done
  echo "$1: $(sql -d empty -c 'SELECT count(*) FROM vobiz.cdrs') calls and $(sql -d empty \
    -c 'SELECT count(*) FROM vobiz.transactions') entries, the same on all"
}

for database in whole empty filled; do run $database migrate; done
run empty distribute --dry-run
grep -q 'would distribute vobiz.cdrs over 2 servers' "$here/output" || fail "distribute --dry-run says other things"
run empty distribute
for database in whole empty filled; do run $database sync; done
run filled distribute
run filled migrate
run filled distribute
grep -q 'distributed already' "$here/output" || fail "distribute does not see that it is done"
expect_same "a first sync"

a_call() { sql -d whole -c "SELECT uuid FROM vobiz.cdrs WHERE billsec > 0 ORDER BY uuid OFFSET $1 LIMIT 1"; }
control POST /calls "{\"n\": 30, \"day\": \"$(date -u -d "$first_day + 2 days" +%F)\"}" >/dev/null
control POST "/calls/$(a_call 3)" '{"total_cost": 9.5, "cost": 9.5, "charged": true}' >/dev/null
control POST "/calls/$(a_call 5)" "{\"start_time\": \"$(date -u -d "$first_day + 1 day" +%F)T10:00:00Z\"}" >/dev/null
control POST "/calls/$(a_call 7)/hide" '{}' >/dev/null
control POST /advance '{"seconds": 5400}' >/dev/null
for database in whole empty filled; do run $database sync; done
expect_same "late, re-rated, moved and vanished calls"

changes() { sql -d "$1" -c "SELECT md5(string_agg(changed_at::text, ' ' ORDER BY uuid)) FROM vobiz.cdrs"; }
for database in empty filled; do
  before=$(changes $database)
  run $database sync
  [ "$before" = "$(changes $database)" ] || fail "a sync with nothing new changes rows of \"$database\""
done
