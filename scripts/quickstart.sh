#!/usr/bin/env bash
# Runs vobiz-syncd against simulated partners on this machine, see usage().
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/quickstart.sh [--keep | --stop | --help]

Installs what is missing, builds vobiz-syncd, starts a throw-away PostgreSQL and two simulated
partners, mirrors them, prints what arrived and compares it with the simulators' own records.
Nothing outside build/ and /tmp is touched, except that missing Debian packages are installed.

  --keep   leaves the service, its status page, the simulated partners and PostgreSQL running, to look around
  --stop   stops what --keep left running and removes it
TEXT
}

kept=build/quickstart.kept  # names the folder of what --keep left running
step=0
home=

paint() {
  if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
    printf '\033[%sm%s\033[0m\n' "$1" "$2"
  else
    printf '%s\n' "$2"
  fi
}
say() { step=$((step + 1)); paint 1 "[$step] $1"; }
fail() {
  local message=$1 log=${2:-}
  if [ -s "$log" ]; then
    echo "--- the last lines of $(basename "$log"):" >&2
    tail -n 20 "$log" >&2
    echo "---" >&2
  fi
  echo "quickstart: $message" >&2
  exit 1
}

# A process id may have been reused: only a process whose command line names the folder is ended.
stop_all() {
  local folder=$1 pid
  [ -d "$folder" ] || return 0
  while read -r pid; do
    if grep -qa -- "$folder" "/proc/$pid/cmdline" 2>/dev/null; then kill "$pid" 2>/dev/null || true; fi
  done < <(cat "$folder"/*.pid 2>/dev/null)
  scripts/with-postgres.sh --stop "$folder/postgres" || true
  rm -rf "$folder"
}
stop_kept() {
  local folder
  folder=$(cat "$kept")
  stop_all "$folder"
  rm -f "$kept"
}

# start NAME COMMAND…: runs the command in the background, detached from this terminal.
start() {
  local name=$1
  shift
  setsid "$@" >"$home/$name.log" 2>&1 </dev/null &
  echo $! >"$home/$name.pid"
}

sim_api() { curl -sS --fail --max-time 60 "http://127.0.0.1:$(cat "$home/$1.port")/_control/$2" "${@:3}"; }
sql() { psql -X -q -v ON_ERROR_STOP=1 -P pager=off -P footer=off "$@"; }
syncd() { build/release/vobiz-syncd -c "$home/vobiz-syncd.yaml" "$@"; }

build() {
  mkdir -p build
  # Of two quickstarts in one clone, the second waits with its build.
  exec 9>build/quickstart.lock
  flock 9
  cmake --preset release >build/quickstart-cmake.log 2>&1 ||
    fail "the build cannot be configured" build/quickstart-cmake.log
  local make=(cmake --build --preset release --target vobiz-syncd vobiz-sim)
  if [ -t 1 ]; then
    "${make[@]}" 9>&- || fail "the build fails, see above"
  else
    "${make[@]}" >build/quickstart-build.log 2>&1 9>&- || fail "the build fails" build/quickstart-build.log
  fi
  exec 9>&-
}

start_simulator() {
  local name=$1
  start "$name" build/release/vobiz-sim --listen 127.0.0.1:0 --port-file "$home/$name.port" --frozen \
    --auth-token "QUICKSTART_TOKEN_OF_${name^^}" "${@:2}"
}
wait_for_simulator() {
  until [ -s "$home/$1.port" ]; do
    kill -0 "$(cat "$home/$1.pid")" 2>/dev/null || fail "the simulated partner \"$1\" does not start" "$home/$1.log"
    sleep 0.1
  done
}

write_config() {
  local name http=false
  # The system chooses a port, which the service names.
  [ -z "$keep" ] || http='{listen: "127.0.0.1:0"}'
  (
    umask 077
    {
      echo "partners:"
      for name in acme zenith; do
        echo "QUICKSTART_TOKEN_OF_${name^^}" >"$home/$name.token"
        cat <<YAML
  - name: $name
    base_url: http://127.0.0.1:$(cat "$home/$name.port")/api/v1/partner
    auth_id: PA_${name^^}
    auth_token_file: $home/$name.token
    limits: {requests_per_second: 500, max_in_flight: 4}
YAML
      done
      cat <<YAML
database:
  dsn: host=$PGHOST dbname=vobiz user=vobiz-syncd
streams:
  cdrs: {every: 5s, start_date: $first_day}
  transactions: {every: 5s, start_date: $first_day}
  analytics: {every: 1m, start_date: $first_day}
http: $http
YAML
    } >"$home/vobiz-syncd.yaml"
  )
}

# Compares the mirror with the simulator's own records: the rows and sums of every day, and every wallet.
compare() {
  local name differences days rows
  for name in acme zenith; do
    differences=$(sql -At -v partner="PA_${name^^}" -v wallets="$(sim_api "$name" truth/wallets)" \
      -v cdrs="$(sim_api "$name" 'truth/days?stream=cdrs')" \
      -v transactions="$(sim_api "$name" 'truth/days?stream=transactions')" -f scripts/quickstart/differences.sql)
    [ -z "$differences" ] || {
      printf '%s\n' "$differences" >&2
      fail "the mirror of \"$name\" differs from the provider: $(wc -l <<<"$differences") differences, see above"
    }
    days=$(sim_api "$name" 'truth/days?stream=cdrs' | jq '.days | length')
    rows=$(sql -At -c "SELECT (SELECT count(*) FROM vobiz.cdrs WHERE partner_id = 'PA_${name^^}') || ' calls, ' ||
      (SELECT count(*) FROM vobiz.transactions WHERE partner_id = 'PA_${name^^}') || ' ledger entries'")
    echo "    $name: $days days, $rows, every wallet: the same as the provider's, to the last decimal"
  done
}

reconcile_month() {
  local outcome=0
  syncd reconcile --month "$1" >"$home/books.txt" 2>"$home/books.log" || outcome=$?
  cut -c1-130 "$home/books.txt" | sed 's/^/    /'
  return $outcome
}

# Checks the billing days of the month of the re-rated call. Only that call may break, since its ledger entry was not
# corrected. Wallets and dashboards were not read before today, so balance_roll, master_roll and snapshot_totals cannot
# run; the inputs of the newest days may not be complete yet.
books() {
  local month outcome=0 found other
  month=$(sql -At -c "SELECT to_char(start_time AT TIME ZONE 'Asia/Kolkata', 'YYYY-MM') FROM vobiz.cdrs
    WHERE uuid = '$uuid'")
  say "vobiz-syncd reconcile: the books of $month; only the re-rated call may be found"
  reconcile_month "$month" || outcome=$?
  [ $outcome -eq 3 ] || fail "reconcile ends with $outcome and not with 3, breaks found" "$home/books.log"
  found=$(sql -At -F ' ' -c "SELECT check_name, kind, row_key FROM vobiz_bi.open_breaks ORDER BY 1")
  # Its charge is not its cost any more, and its cost is not the price list's.
  [ "$found" = "call_charge amount_differs $uuid
call_rating rate $uuid" ] || fail "other breaks than that call's were found, see above"
  other=$(sql -At -F ' ' -c "SELECT partner_id, billing_day, check_name, status, reason
    FROM vobiz_bi.reconciliation_summary
    WHERE status NOT IN ('ok', 'break') AND check_name NOT IN ('balance_roll', 'master_roll', 'snapshot_totals')
      AND billing_day < (now() AT TIME ZONE 'Asia/Kolkata')::date - 2")
  [ -z "$other" ] || { printf '%s\n' "$other" >&2; fail "these checks could not judge, see above"; }
  say "vobiz-syncd reconcile accept: the provider is right, finance takes note; the books once more"
  for found in $(sql -At -c 'SELECT id FROM vobiz_bi.open_breaks'); do
    syncd reconcile accept "$found" --note "re-rated by quickstart.sh" | sed 's/^/    /'
  done
  outcome=0
  reconcile_month "$month" || outcome=$?
  # 4: some checks could not run, see above.
  [ $outcome -eq 0 ] || [ $outcome -eq 4 ] ||
    fail "reconcile ends with $outcome, and nothing should be found" "$home/books.log"
}

page_of() { sed -n 's/.* listening on \(http:[^ ]*\).*/\1/p' "$home/vobiz-syncd.log" | head -n 1; }

# What to look at first, as commands to paste.
to_try() {
  local as="PGHOST=$PGHOST PGUSER=postgres PGDATABASE=vobiz"
  paint 1 "three things to try:"
  cat <<TEXT
    1  Whose wallet runs dry first?
       $as psql -c 'SELECT account_name, balance, currency, runway_days
         FROM vobiz_bi.wallet_runway WHERE runway_days IS NOT NULL ORDER BY runway_days LIMIT 5'
    2  What did the provider change after the fact? The re-rated call, and what comes later:
       $as psql -c 'SELECT seen_at, stream, column_name, old_value,
         new_value, difference FROM vobiz.adjustments ORDER BY seen_at DESC LIMIT 5'
    3  Draw the dashboards as Grafana shows them, into build/dashboards:
       $as scripts/render-dashboards.sh
TEXT
  local tool missing=
  for tool in node npm chromium; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
  [ -z "$missing" ] || echo "       It needs, and this machine lacks:$missing"
}

main() {
  local keep=
  case ${1:-} in
    '') ;;
    --keep) keep=yes ;;
    --stop)
      [ -e "$kept" ] || { echo "nothing to stop: no quickstart was kept here"; exit 0; }
      stop_kept
      echo "stopped and removed"
      exit 0
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  [ $# -le 1 ] || { usage >&2; exit 2; }

  say "installing the Debian packages that are missing"
  scripts/install-deps.sh || fail "packages are missing, see above"

  say "building vobiz-syncd and the simulator in build/release (the first time takes minutes)"
  build

  if [ -n "$keep" ] && [ -e "$kept" ]; then
    echo "    stopping the one that was kept before"
    stop_kept
  fi
  home=$(mktemp -d /tmp/vobiz-quickstart.XXXXXX)
  chmod 711 "$home"
  mkdir "$home/postgres"
  trap 'stop_all "$home"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  say "starting a throw-away PostgreSQL and two simulated partners: \"acme\" and \"zenith\", which has the first API"
  start_simulator acme --auth-id PA_ACME
  start_simulator zenith --auth-id PA_ZENITH --seed 2 --generation 1 --accounts 9 --calls-per-day 140
  scripts/with-postgres.sh --start "$home/postgres" || fail "PostgreSQL does not start, see above"
  export PGHOST=$home/postgres PGPORT=5432 PGUSER=postgres PGDATABASE=vobiz
  unset PGPASSWORD PGSERVICE PGOPTIONS
  # As README.md, step 4: the schema has an owner, and the service another login.
  sql -d postgres -c 'CREATE ROLE vobiz_owner NOLOGIN' -c 'CREATE ROLE vobiz_writer NOLOGIN' \
    -c 'CREATE ROLE vobiz_reader NOLOGIN' -c 'CREATE ROLE "vobiz-syncd" LOGIN IN ROLE vobiz_writer' \
    -c 'CREATE DATABASE vobiz OWNER vobiz_owner' || fail "the database cannot be made, see above"
  wait_for_simulator acme
  wait_for_simulator zenith
  first_day=$(sim_api acme clock | jq -r .first_day)
  write_config

  say "vobiz-syncd migrate: making the schema"
  syncd migrate --dsn "host=$PGHOST dbname=vobiz user=postgres" >"$home/migrate.log" 2>&1 ||
    fail "vobiz-syncd migrate fails" "$home/migrate.log"
  sed 's/^/    /' "$home/migrate.log"

  say "vobiz-syncd sync: reading everything since $first_day"
  syncd sync 2>"$home/sync.log" | sed 's/^/    /' || fail "vobiz-syncd sync fails" "$home/sync.log"

  local call
  call=$(sql -At -F ' ' -c "SELECT uuid, window_day, cost, round(cost * 0.9, 5) FROM vobiz.cdrs
    WHERE partner_id = 'PA_ACME' AND window_day = (now() AT TIME ZONE 'UTC')::date - 3
      AND EXISTS (SELECT FROM vobiz.transactions t WHERE t.cdr_uuid = uuid) ORDER BY cost DESC, uuid LIMIT 1")
  read -r uuid day old new <<<"$call"
  say "the provider re-rates one call of $day from $old to $new; vobiz-syncd sync once more"
  sim_api acme "calls/$uuid" -d "{\"cost\": \"$new\"}" >/dev/null ||
    fail "the simulator refuses to re-rate a call" "$home/acme.log"
  syncd sync >"$home/sync-2.txt" 2>"$home/sync-2.log" || fail "the second vobiz-syncd sync fails" "$home/sync-2.log"
  # The streams in which anything is new or changed; the columns are those of the heading.
  awk 'NR == 1 || $8 + $9 > 0 { print "    " $0 }' "$home/sync-2.txt"
  echo "    the other streams found nothing new and wrote no row; vobiz.adjustments holds the change:"
  echo
  sql -c "SELECT stream, row_key AS call, column_name, old_value, new_value, difference FROM vobiz.adjustments"

  say "what arrived"
  sql -f scripts/quickstart/arrived.sql || fail "the report fails, see above"
  # A stream that is off by default, which the older of the two partners does not have, has a table of its name.
  local off empty
  off=$(syncd --help | sed -n 's/^Streams: //p' | tr -d ,)
  off=$(sql -At -v streams="$off" <<<"SELECT string_agg(name, ' ') FROM unnest(string_to_array(:'streams', ' ')) name
    WHERE name NOT IN (SELECT stream FROM vobiz_sync.runs)")
  # What a stream fills has a column for fields without one, and is counted in buckets.
  empty=$(sql -At -v off="$off" <<<"WITH filled AS MATERIALIZED (
      SELECT table_name FROM information_schema.tables t
      WHERE table_schema = 'vobiz' AND table_type = 'BASE TABLE'
        AND table_name <> ALL (string_to_array(:'off', ' ')) AND (table_name LIKE '%buckets'
          OR EXISTS (SELECT FROM information_schema.columns c WHERE c.table_schema = t.table_schema
            AND c.table_name = t.table_name AND c.column_name = 'extra')))
    SELECT string_agg(table_name, ', ') FROM filled WHERE (xpath('/row/c/text()',
      query_to_xml(format('SELECT count(*) AS c FROM vobiz.%I', table_name), false, true, '')))[1]::text = '0'")
  [ -z "$empty" ] || fail "nothing arrived in: $empty"

  say "every day, proven against the provider's own totals"
  sql -At -f scripts/quickstart/calendar.sql || fail "the calendar fails, see above"
  echo "# proven   o open (not over yet, or over for less than 6 h)   X does not match   . not read   ! forbidden"

  say "the mirror against the simulators' own books"
  compare

  books

  if [ -z "$keep" ]; then
    paint '1;32' "everything agrees. All of it is removed again; scripts/quickstart.sh --keep leaves it running"
    return
  fi
  say "leaving it running: the partners' clocks go on (calls come in Indian business hours), vobiz-syncd run follows"
  start clock scripts/quickstart/clock.sh "$home" "$(cat "$home/acme.port")" "$(cat "$home/zenith.port")"
  start vobiz-syncd build/release/vobiz-syncd -c "$home/vobiz-syncd.yaml" run
  until grep -q 'running:' "$home/vobiz-syncd.log" && [ -n "$(page_of)" ]; do
    kill -0 "$(cat "$home/vobiz-syncd.pid")" 2>/dev/null || fail "vobiz-syncd run ends" "$home/vobiz-syncd.log"
    sleep 0.1
  done
  echo "$home" >"$kept"
  trap - EXIT
  cat <<TEXT
    page       $(page_of)
    psql       psql -h $PGHOST -U postgres vobiz
    status     build/release/vobiz-syncd -c $home/vobiz-syncd.yaml status
    log        tail -f $home/vobiz-syncd.log
    stop       scripts/quickstart.sh --stop
TEXT
  to_try
}

main "$@"
