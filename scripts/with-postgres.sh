#!/usr/bin/env bash
# A throw-away PostgreSQL cluster. Works as root (the server then runs as the user postgres) and as any other
# user. It needs neither systemd nor a TCP port: clients connect through a socket in its own folder.
#   with-postgres.sh COMMAND…        runs the command with PGHOST etc. set, then removes the cluster
#   with-postgres.sh --start FOLDER  makes a cluster in the existing FOLDER and leaves it running
#   with-postgres.sh --stop FOLDER   stops that cluster; the caller removes the folder
#   with-postgres.sh --halt FOLDER fast|immediate  stops it as a shutdown or a crash does
#   with-postgres.sh --resume FOLDER               starts it again
set -euo pipefail
usage() {
  sed -n '4,8s/^#   //p' "$0" >&2
  exit 2
}
[ $# -gt 0 ] || usage

bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
[ -d "$bin" ] || {
  echo "with-postgres: no PostgreSQL server is installed" >&2
  echo "hint: run scripts/install-deps.sh" >&2
  exit 1
}
as=()
[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)

# The locale is fixed, so that the result is the same everywhere. A throw-away cluster needs no durability.
start() {
  local home=$1
  [ "$(id -u)" -ne 0 ] || chown postgres: "$home"
  chmod 755 "$home"
  (
    # The user postgres may have no access to the current folder.
    cd /
    "${as[@]}" "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 -N
  ) >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; return 1; }
  # Tests of a refused login need one role with a password; all others are trusted.
  sed -i '1i local all vobiz_test_password scram-sha-256' "$home/data/pg_hba.conf"
  cat >>"$home/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
unix_socket_permissions = 0777
fsync = ${VOBIZ_PG_FSYNC:-off}
full_page_writes = ${VOBIZ_PG_FSYNC:-off}
max_connections = 60
shared_buffers = ${VOBIZ_PG_BUFFERS:-64MB}
# Loaded before a package of a newer PostgreSQL may replace the file, which this server could not load any more.
shared_preload_libraries = 'plpgsql'
timezone = 'UTC'
CONF
  resume "$home"
}
# The server may outlive this script, so it must not inherit the caller's output.
resume() {
  (cd / && "${as[@]}" "$bin/pg_ctl" -D "$1/data" -l "$1/server.log" -w start) >"$1/start.log" 2>&1 ||
    { cat "$1/start.log" "$1/server.log" >&2; return 1; }
}
halt() {
  (cd / && "${as[@]}" "$bin/pg_ctl" -D "$1/data" -m "$2" -w stop) >"$1/stop.log" 2>&1 ||
    { cat "$1/stop.log" >&2; return 1; }
}
stop() { halt "$1" immediate 2>/dev/null || true; }

case $1 in
  --start) [ $# -eq 2 ] || usage; start "$2"; exit ;;
  --stop) [ $# -eq 2 ] || usage; stop "$2"; exit ;;
  --halt) [ $# -eq 3 ] || usage; halt "$2" "$3"; exit ;;
  --resume) [ $# -eq 2 ] || usage; resume "$2"; exit ;;
  -*) usage ;;
esac

home=$(mktemp -d /tmp/vobiz-postgres.XXXXXX)
trap 'stop "$home"; rm -rf "$home"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
# Packages may be upgraded at any moment; what fails then is not the test's fault.
installed() { "$bin/postgres" --version 2>/dev/null || echo "no PostgreSQL"; }
before=$(installed)
start "$home"
export PGHOST=$home PGPORT=5432 PGUSER=postgres PGDATABASE=postgres
unset PGPASSWORD PGSERVICE PGOPTIONS
code=0
"$@" || code=$?
now=$(installed)
if [ "$code" -ne 0 ] && [ "$now" != "$before" ]; then
  echo "with-postgres: the package has changed from \"$before\" to \"$now\" meanwhile: try again" >&2
fi
exit "$code"
