#!/usr/bin/env bash
# Draws every dashboard with the components of Grafana itself, see usage().
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'TEXT'
usage: scripts/render-dashboards.sh [--light] [FOLDER]

Runs every statement of the dashboards, draws them with Grafana's npm packages in headless Chromium, and writes
FOLDER/NAME.png (default: build/dashboards). It needs node, npm, chromium and python3. The packages have fixed
versions (tests/dashboards/render) and go to build/render.

With PGHOST etc. set it draws the mirror there, as of scripts/quickstart.sh --keep; else it fills one from simulated
partners, for which it needs vobiz-syncd and vobiz-sim in build/release.
TEXT
}

mode=dark
folder=build/dashboards
for argument; do
  case $argument in
    --light) mode=light ;;
    -h | --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) folder=$argument ;;
  esac
done
for tool in node npm chromium python3; do
  command -v "$tool" >/dev/null || { echo "render-dashboards: $tool is missing" >&2; exit 1; }
done
if [ -z "${PGHOST:-}" ]; then
  [ -x build/release/vobiz-sim ] || { echo "render-dashboards: build vobiz-syncd and vobiz-sim first" >&2; exit 1; }
  # shellcheck disable=SC2016  # for the inner shell
  exec scripts/with-postgres.sh bash -c 'tests/dashboards/fill.sh build/release && exec "$0" "$@"' \
    "${BASH_SOURCE[0]}" "$@"
fi

source=tests/dashboards/render
mkdir -p build/render "$folder"
if ! cmp -s "$source/package-lock.json" build/render/installed.json; then
  cp "$source"/package*.json build/render/
  (cd build/render && npm ci --legacy-peer-deps --ignore-scripts --no-audit --no-fund --prefer-offline) \
    >build/render/npm.log 2>&1 || { tail -n 20 build/render/npm.log >&2; exit 1; }
  cp "$source/package-lock.json" build/render/installed.json
fi
work=$(mktemp -d /tmp/vobiz-render.XXXXXX)
trap 'rm -rf "$work"' EXIT
NODE_PATH=$PWD/build/render/node_modules build/render/node_modules/.bin/esbuild "$source/render.tsx" --bundle \
  --outfile="$work/render.js" --jsx=automatic --loader:.svg=dataurl --loader:.ttf=dataurl --loader:.woff2=dataurl \
  '--define:process.env.NODE_ENV="production"' --log-level=error
python3 -B "$source/results.py" "$work" "$mode"
failures=0
for page in "$work"/*.html; do
  name=$(basename "$page" .html)
  height=$(sed -n 's/.*data-height="\([0-9]*\)".*/\1/p' "$page" | head -n 1)
  options=(--headless=new --no-sandbox --disable-gpu --hide-scrollbars --allow-file-access-from-files
    --window-size="1600,$height" --virtual-time-budget=10000)
  timeout 120 chromium "${options[@]}" --screenshot="$folder/$name.png" "file://$page" >"$work/chromium.log" 2>&1
  # A panel that cannot be drawn says so in the title.
  title=$(timeout 120 chromium "${options[@]}" --dump-dom "file://$page" 2>/dev/null |
    sed -n 's/.*<title>\([^<]*\)<.*/\1/p' | head -n 1)
  if [ "$title" != drawn ]; then
    echo "render-dashboards: $name: ${title:-not drawn}" >&2
    failures=$((failures + 1))
  else
    echo "$folder/$name.png"
  fi
done
exit "$failures"
