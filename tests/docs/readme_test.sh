#!/usr/bin/env bash
# readme_test.sh BUILD: follows README.md with the build installed in a temporary folder: its blocks "real-account" with
# a simulated partner, "query" as a dashboard's role, and docs/security.md. with-postgres.sh starts it.
set -euo pipefail
build=$1
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
. "$source/tests/support/simulator.sh"
here=$(mktemp -d /tmp/vobiz-readme.XXXXXX)
simulator=
trap '[ -z "$simulator" ] || kill "$simulator"; rm -rf "$here"' EXIT
fail() { echo "readme_test: $*" >&2; exit 1; }

mkdir "$here/blocks"
awk -v folder="$here/blocks" -f "$source/tests/docs/blocks.awk" "$source/README.md" || fail "README.md, see above"
ls "$here"/blocks/*.real-account.sh "$here"/blocks/*.query.sql >/dev/null || fail "README.md has no blocks to run"

DESTDIR=$here cmake --install "$build" --prefix /usr/local >"$here/install.log" || { cat "$here/install.log"; exit 1; }

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$here/key.pem" -out "$here/certificate.pem" 2>/dev/null
start_simulator "$build" "$here/simulator" --days 5 --calls-per-day 150 --accounts 12 --auth-id PA_XXXXXXXX \
  --tls-cert "$here/certificate.pem" --tls-key "$here/key.pem"
port=$(cat "$here/simulator.port")
first_day=$(curl -sS --cacert "$here/certificate.pem" "https://localhost:$port/_control/clock" | jq -r .first_day)

# Replaces the README's folders and provider by those of this test.
on_this_machine() {
  sed -e "s#/etc/vobiz-syncd#$here&#g" -e "s#/var/run/postgresql#$PGHOST#g" \
    -e "s#https://api.vobiz.ai#https://localhost:$port#g" -e "s#start_date: [0-9-]*#start_date: $first_day#g" "$1"
}
cat >"$here/machine.sh" <<SH
set -euo pipefail
export SSL_CERT_FILE=$here/certificate.pem PATH=$here/usr/local/bin:\$PATH
unset PGDATABASE
# With peer authentication sudo -u selects the PostgreSQL user. Group options are ignored.
sudo() {
  local user=root arguments=()
  [ "\${1:-}" != -u ] || { user=\$2; shift 2; }
  while [ \$# -gt 0 ]; do
    if [ "\$1" = -g ]; then shift 2; else arguments+=("\$1"); shift; fi
  done
  PGUSER=\$user "\${arguments[@]}"
}
vobiz-syncd() { command vobiz-syncd -c "$here/etc/vobiz-syncd/vobiz-syncd.yaml" "\$@"; }
SH

for block in "$here"/blocks/*.real-account.*; do
  case $block in
    *.yaml) on_this_machine "$block" >"$here/etc/vobiz-syncd/vobiz-syncd.yaml" ;;
    *.sh)
      { cat "$here/machine.sh"; on_this_machine "$block"; } >"$here/block.sh"
      # The token that the reader pastes when a command asks for it.
      echo CANARY_PARTNER_TOKEN | bash "$here/block.sh" >"$here/output" 2>&1 || {
        cat "$here/output"
        cat "$block"
        fail "these commands of README.md fail, see above"
      }
      cat "$here/output"
      ! grep -q CANARY "$here/output" || fail "a secret is printed"
      ;;
  esac
done

export PGDATABASE=vobiz
for block in "$here"/blocks/*.query.sql; do
  rows=$(PGUSER=grafana psql -X -At -v ON_ERROR_STOP=1 -f "$block") || {
    cat "$block"
    fail "this statement of README.md fails, see above"
  }
  [ -n "$rows" ] || { cat "$block"; fail "this statement of README.md finds nothing in a filled database"; }
done
[ "$(psql -At -c "SELECT count(*) FROM vobiz_sync.windows WHERE state = 'proven'")" -gt 10 ] || fail "no day is proven"

mkdir "$here/security"
awk -v folder="$here/security" -f "$source/tests/docs/blocks.awk" "$source/docs/security.md" ||
  fail "docs/security.md, see above"
psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -f "$(ls "$here"/security/*.masked-admin.sql)" ||
  fail "the administrator's statements fail"
masked=$(PGUSER=metabase psql -X -At -v ON_ERROR_STOP=1 -f "$(ls "$here"/security/*.masked-reader.sql)") ||
  fail "the masked reader's statement fails"
[ "$(grep -cE '[0-9]\*{4}[0-9]{2}\|.*\*{4}' <<<"$masked")" -eq 10 ] || {
  echo "$masked"
  fail "numbers are not masked"
}

# The login that docs/metabase.md makes.
mkdir "$here/metabase"
awk -v folder="$here/metabase" -f "$source/tests/docs/blocks.awk" "$source/docs/metabase.md" ||
  fail "docs/metabase.md, see above"
psql -X -q -c 'DROP OWNED BY metabase' -c 'DROP ROLE metabase'
psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -f "$(ls "$here"/metabase/*.masked-admin.sql)" ||
  fail "the statements of docs/metabase.md fail"
whole=$(PGUSER=metabase psql -X -At -c "SELECT 1 FROM vobiz_bi.calls WHERE caller_number ~ '[0-9]{9}' LIMIT 1")
[ -z "$whole" ] ||
  fail "the login of docs/metabase.md sees numbers"
owner=$(psql -X -At -c "SELECT DISTINCT nspowner::regrole FROM pg_namespace WHERE nspname LIKE 'vobiz%'")
[ "$owner" = vobiz_owner ] || fail "the schema does not belong to vobiz_owner"
! PGUSER=vobiz-syncd psql -X -q -c 'DELETE FROM vobiz.transactions' 2>/dev/null ||
  fail "the service deletes ledger rows"

# README.md says that membership in vobiz_writer suffices for the service.
psql -q -v ON_ERROR_STOP=1 -c 'CREATE ROLE other_service LOGIN IN ROLE vobiz_writer'
SSL_CERT_FILE=$here/certificate.pem PGUSER=other_service "$here/usr/local/bin/vobiz-syncd" \
  -c "$here/etc/vobiz-syncd/vobiz-syncd.yaml" sync || fail "membership in vobiz_writer is not enough to sync"
