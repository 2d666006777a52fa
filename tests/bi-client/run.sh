#!/usr/bin/env bash
# tests/bi-client/run.sh [BUILD]: a mirror of two simulated partners, read by Apache Superset from PyPI as a member of
# vobiz_reader. It takes minutes and a gigabyte of packages (requirements.txt has their versions), so no CI run runs it:
# run it before a release, and after a change to the views of vobiz_bi. BUILD has vobiz-syncd and vobiz-sim (default:
# build/release). VOBIZ_BI_CLIENT is where the packages go (default: build/bi-client).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${1:-build/release}
packages=${VOBIZ_BI_CLIENT:-$PWD/build/bi-client}
if [ -z "${PGHOST:-}" ]; then
  [ -x "$build/vobiz-sim" ] || { echo "bi-client: build vobiz-syncd and vobiz-sim first" >&2; exit 1; }
  exec scripts/with-postgres.sh "${BASH_SOURCE[0]}" "$build"
fi

mkdir -p "$packages"
# Superset names two packages that it imports nowhere, and takes one that is too new for it: hence a list of all.
[ -x "$packages/venv/bin/superset" ] || python3 -m venv "$packages/venv"
"$packages/venv/bin/pip" install -q -r tests/bi-client/requirements.txt >"$packages/pip.log" 2>&1 || {
  tail -n 20 "$packages/pip.log" >&2
  exit 1
}
home=$(mktemp -d /tmp/vobiz-bi-client.XXXXXX)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$home"' EXIT

tests/dashboards/fill.sh "$build"
# As README.md, step 4, makes the login of a dashboard.
psql -X -q -v ON_ERROR_STOP=1 -c 'CREATE ROLE grafana LOGIN IN ROLE vobiz_reader' \
  -c "ALTER ROLE grafana SET jit = off" -c "ALTER ROLE grafana SET timezone = 'Asia/Kolkata'"
uri="postgresql+psycopg2://grafana@/$PGDATABASE?host=$PGHOST"
PGUSER=grafana superset/bundle.py "$home/vobiz.zip" --uri "$uri"
PGUSER=grafana superset/bundle.py "$home/assets.zip" --assets --uri "$uri"

cat >"$home/superset_config.py" <<CONF
SECRET_KEY = "example-of-a-throw-away-superset"
SQLALCHEMY_DATABASE_URI = "sqlite:///$home/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = False
CONF
export SUPERSET_CONFIG_PATH=$home/superset_config.py SUPERSET_HOME=$home FLASK_APP=superset
superset() {
  "$packages/venv/bin/superset" "$@" >"$home/superset.log" 2>&1 || {
    tail -n 30 "$home/superset.log" >&2
    exit 1
  }
}
superset db upgrade
superset fab create-admin --username admin --password example --firstname Example --lastname Admin \
  --email admin@example.com
superset init
# The system chooses a port, which the log names.
"$packages/venv/bin/gunicorn" -w 1 -k gthread --threads 4 --timeout 300 -b 127.0.0.1:0 'superset.app:create_app()' \
  >"$home/serve.log" 2>&1 &
server=$!
until url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$home/serve.log" | head -n 1) && [ -n "$url" ] &&
  curl -sf "$url/health" >"$home/health"; do
  kill -0 "$server" 2>/dev/null || { tail -n 30 "$home/serve.log" >&2; exit 1; }
  sleep 1
done
python3 -B tests/bi-client/superset_test.py "$url" "$home/vobiz.zip" "$home/assets.zip"
