#!/usr/bin/env bash
# scripts/try-upgrade.sh OLD NEW: fills a mirror with the vobiz-syncd OLD, lets NEW (build/release/vobiz-syncd, by
# default) migrate it and go on, and fails unless every stored row and every proof is there as before, a sync with
# nothing new writes no row, and new data arrive. Needs the simulator of build/release. For a release; the tests do
# the same with a dump of the schema of before the first one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,5s/^# //p' scripts/try-upgrade.sh; }
case ${1:-} in
  -h | --help) usage; exit 0 ;;
esac
if [ "${1:-}" != --within ]; then
  { [ $# -ge 1 ] && [ $# -le 2 ] && [ -x "$1" ]; } || { usage >&2; exit 2; }
  exec scripts/with-postgres.sh "$PWD/scripts/try-upgrade.sh" --within "$(realpath "$1")" \
    "$(realpath "${2:-build/release/vobiz-syncd}")"
fi

old=$2 new=$3
. tests/support/simulator.sh
work=$(mktemp -d /tmp/vobiz-upgrade.XXXXXX)
simulator=
trap '[ -z "$simulator" ] || kill "$simulator"; rm -rf "$work"' EXIT
fail() { echo "try-upgrade: $*" >&2; exit 1; }
sql() { psql -X -q -At -v ON_ERROR_STOP=1 -d vobiz "$@"; }
# run PROGRAM COMMAND…: its output only if it fails.
run() {
  "$1" -c "$work/vobiz-syncd.yaml" "${@:2}" >"$work/output" 2>&1 || {
    cat "$work/output" >&2
    fail "\"$1 ${*:2}\" fails, see above"
  }
}

psql -X -q -d postgres -c 'CREATE ROLE vobiz_owner NOLOGIN' -c 'CREATE ROLE vobiz_writer NOLOGIN' \
  -c 'CREATE ROLE vobiz_reader NOLOGIN' -c 'CREATE ROLE "vobiz-syncd" LOGIN IN ROLE vobiz_writer' \
  -c 'CREATE DATABASE vobiz OWNER vobiz_owner'
start_simulator build/release "$work/simulator" --days 40 --auth-id PA_EXAMPLE01 --auth-token EXAMPLE_TOKEN
first_day=$(curl -sS --fail "http://127.0.0.1:$(cat "$work/simulator.port")/_control/clock" | jq -r .first_day)
(
  umask 077
  echo EXAMPLE_TOKEN >"$work/token"
)
cat >"$work/vobiz-syncd.yaml" <<YAML
partners:
  - name: acme
    base_url: http://127.0.0.1:$(cat "$work/simulator.port")/api/v1/partner
    auth_id: PA_EXAMPLE01
    auth_token_file: $work/token
    limits: {requests_per_second: 500, max_in_flight: 4}
database:
  dsn: host=$PGHOST dbname=vobiz user=vobiz-syncd
streams:
  cdrs: {start_date: $first_day}
  transactions: {start_date: $first_day}
  analytics: {start_date: $first_day}
http: false
YAML

tables() {
  sql -c "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables
    WHERE table_schema = 'vobiz' AND table_type = 'BASE TABLE' ORDER BY 1"
}
# digest FILE: by table, the number of rows and a hash of the columns that OLD knows.
digest() {
  local table columns
  while read -r table columns; do
    echo "$table $(sql -c "SELECT count(*), md5(string_agg(t::text, chr(10) ORDER BY t::text COLLATE \"C\"))
      FROM (SELECT $columns FROM $table) t")"
  done <"$work/columns"
}
proofs() { sql -c "SELECT stream, scope, day, state, rows FROM vobiz_sync.windows ORDER BY 1, 2, 3"; }
written() {
  sql -c "SELECT pg_stat_force_next_flush()" >/dev/null
  sql -c "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_user_tables
    WHERE schemaname IN ('vobiz', 'vobiz_part')"
}

echo "$("$old" version) fills a mirror"
run "$old" migrate --dsn "host=$PGHOST dbname=vobiz user=postgres"
run "$old" sync
for table in $(tables); do
  echo "$table $(sql -c "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute
    WHERE attrelid = '$table'::regclass AND attnum > 0 AND NOT attisdropped")"
done >"$work/columns"
digest >"$work/before"
proofs >"$work/proofs"

echo "$("$new" version) migrates it"
run "$new" migrate --dsn "host=$PGHOST dbname=vobiz user=postgres"
digest >"$work/after"
diff "$work/before" "$work/after" >&2 || fail "the migration has changed stored rows, see above"
proofs | diff "$work/proofs" - >&2 || fail "the migration has changed proofs, see above"

echo "a sync with nothing new"
run "$new" sync
before=$(written)
run "$new" sync
[ "$(written)" -eq "$before" ] || fail "a sync with nothing new has written $(($(written) - before)) rows"

echo "a sync with a day of new data"
calls=$(sql -c "SELECT count(*) FROM vobiz.cdrs")
curl -sS --fail "http://127.0.0.1:$(cat "$work/simulator.port")/_control/advance" -d '{"seconds": 86400}' >/dev/null
run "$new" sync
[ "$(sql -c "SELECT count(*) FROM vobiz.cdrs")" -gt "$calls" ] || fail "no new call has arrived"
echo "the upgrade keeps $calls calls, $(wc -l <"$work/proofs") windows and all else"
