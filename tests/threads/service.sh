#!/usr/bin/env bash
# service.sh BUILD: runs two services that share a simulated partner and the database that PGHOST names. Asks both for
# metrics and status, lets them drain a backfill queue, reloads their configuration and stops them. Fails when one of
# them fails, as it does after a race with ThreadSanitizer. scripts/tsan.sh runs it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tests/support/simulator.sh
build=$1
home=$(mktemp -d /tmp/vobiz-threads.XXXXXX)
jobs=()
end() {
  kill "${jobs[@]}" 2>/dev/null || true
  rm -rf "$home"
}
trap end EXIT

start_simulator "$build" "$home/sim" --now 2026-02-01T10:00:00Z --days 3 --accounts 5 --calls-per-day 40
jobs+=("$simulator")

for service in first second; do
  cat >"$home/$service.yaml" <<YAML
partners:
  - name: example
    base_url: http://127.0.0.1:$(cat "$home/sim.port")/api/v1/partner
    auth_id: PA_EXAMPLE01
    auth_token: CANARY_PARTNER_TOKEN
    limits: {requests_per_second: 200}
database: {dsn: dbname=$PGDATABASE}
streams:
$(for stream in profile accounts balances numbers dashboard analytics transactions cdrs; do
    case $stream in analytics | transactions | cdrs) since=", start_date: 2026-01-30" ;; *) since= ;; esac
    echo "  $stream: {every: 1s$since}"
  done)
http: {listen: "127.0.0.1:0"}
log: {level: debug, format: json}
YAML
  chmod 600 "$home/$service.yaml"
done

fail() {
  tail -n 100 "$home"/*.log >&2
  echo "threads: $1" >&2
  exit 1
}
# wait_for WHAT COMMAND…: waits until the command succeeds, for two minutes at most.
wait_for() {
  local job until=$((SECONDS + 120))
  while [ $SECONDS -lt $until ]; do
    "${@:2}" >/dev/null 2>&1 && return
    for job in "${jobs[@]}"; do kill -0 "$job" 2>/dev/null || fail "a program has ended before the $1"; done
    sleep 0.1
  done
  fail "there is no $1 after two minutes"
}
says() { grep -q "$2" "$home/$1.log"; }
has_runs() { [ "$(psql -XAtc "SELECT count(*) FROM vobiz_sync.runs WHERE outcome = 'ok'")" -ge "$1" ]; }
has_backfilled() {
  [ "$(psql -XAtc "SELECT count(*) > 10 AND bool_and(state <> 'pending') FROM vobiz_sync.windows
    WHERE stream = 'cdrs'")" = t ]
}
url() { sed -n 's/.*listening on \(http:[^"]*\)".*/\1/p' "$home/$1.log" | head -n 1; }
ask() {
  local path
  for path in / /metrics /status.json /healthz /readyz; do
    curl -sm 30 "$(url "$1")$path" >>"$home/answers"
  done
}
ask_both() { ask first && ask second; }
runs_and_answers() { ask_both; has_runs "$1"; }

"$build/vobiz-syncd" -c "$home/first.yaml" migrate >"$home/migrate.log" 2>&1 || fail "the migration fails"
for service in first second; do
  "$build/vobiz-syncd" -c "$home/$service.yaml" run >"$home/$service.log" 2>&1 &
  jobs+=($!)
done
wait_for "first service" says first "listening on"
wait_for "second service" says second "listening on"
wait_for "cycle of all streams" runs_and_answers 16
# The service reads days of its queue side by side.
wait_for "backfill" has_backfilled
kill -HUP "${jobs[@]:1}"
wait_for "new configuration of the first" says first "the new configuration is at work"
wait_for "new configuration of the second" says second "the new configuration is at work"
wait_for "further cycle" runs_and_answers 40
# The second service takes the streams over.
kill -TERM "${jobs[1]}"
wait "${jobs[1]}" || fail "the first service ends with $?"
had=$(psql -XAtc "SELECT count(*) FROM vobiz_sync.runs WHERE outcome = 'ok'")
jobs=("${jobs[0]}" "${jobs[2]}")
wait_for "cycle of the second" has_runs $((had + 16))
kill -TERM "${jobs[1]}"
wait "${jobs[1]}" || fail "the second service ends with $?"
jobs=("${jobs[0]}")
grep -q vobiz_sync_ "$home/answers" || fail "no metrics were answered"
echo "two services at work: no race"
