#!/usr/bin/env bash
# with-postgres.sh COMMAND…: runs the command with a throw-away PostgreSQL cluster of its own, reachable
# through the PG* variables, and takes the cluster away afterwards. Works as root (the server then runs
# as the user postgres) and as anyone else; needs no systemd.
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: with-postgres.sh COMMAND…" >&2; exit 2; }

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || {
  echo "with-postgres: no PostgreSQL server is installed" >&2
  echo "hint: run scripts/install-deps.sh" >&2
  exit 1
}
home=$(mktemp -d /tmp/vobiz-postgres.XXXXXX)
as=()
if [ "$(id -u)" -eq 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --init-groups)
  chown postgres: "$home"
fi
chmod 755 "$home"
stop() {
  "${as[@]}" "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$home"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# initdb's own locale questions are settled here, so that the result is the same everywhere.
"${as[@]}" "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N >"$home/log" 2>&1 ||
  { cat "$home/log" >&2; exit 1; }
# One role has to give its password, so that tests can be refused; all others are trusted.
sed -i '1i local all vobiz_test_password scram-sha-256' "$home/data/pg_hba.conf"
# No TCP port to collide on: the socket's folder is the cluster's own. Durability is of no use to a
# cluster that is thrown away.
cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
unix_socket_permissions = 0777
fsync = ${VOBIZ_PG_FSYNC:-off}
full_page_writes = ${VOBIZ_PG_FSYNC:-off}
max_connections = 60
shared_buffers = ${VOBIZ_PG_BUFFERS:-64MB}
timezone = 'UTC'
CONF
"${as[@]}" "$bin/pg_ctl" -D "$home/data" -l "$home/server.log" -w start >/dev/null ||
  { cat "$home/server.log" >&2; exit 1; }

export PGHOST=$home PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
unset PGPASSWORD PGSERVICE PGOPTIONS
"$@"
