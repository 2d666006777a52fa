#!/usr/bin/env bash
# scripts/pictures.sh: makes the pictures of README.md in docs/pictures from what scripts/quickstart.sh --keep left
# running: a session in a terminal, the status page and two dashboards. It needs what render-dashboards.sh needs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -e build/quickstart.kept ] || { echo "pictures: run scripts/quickstart.sh --keep first" >&2; exit 1; }
home=$(cat build/quickstart.kept)
syncd=${VOBIZ_SYNCD:-build/release/vobiz-syncd}
export PGHOST=$home/postgres PGPORT=5432 PGUSER=postgres PGDATABASE=vobiz
folder=docs/pictures
mkdir -p "$folder"

# run TYPED COMMAND…: what was typed, in short, and what it prints.
run() {
  echo "\$ $1"
  "${@:2}" 2>&1 || true
  echo
}
{
  run 'vobiz-syncd status' "$syncd" -c "$home/vobiz-syncd.yaml" status
  run "psql -c 'SELECT account_name, balance, currency, runway_days FROM vobiz_bi.wallet_runway …'" \
    psql -X -P pager=off -P footer=off -c "SELECT account_name, balance, currency, runway_days
      FROM vobiz_bi.wallet_runway WHERE runway_days IS NOT NULL ORDER BY runway_days, account_name LIMIT 5"
  run "psql -c 'SELECT utc_day, stream, state, api_total_rows, stored_rows FROM vobiz_bi.completeness_calendar …'" \
    psql -X -P pager=off -P footer=off -c "SELECT utc_day, partner_id, stream, state, proof, api_total_rows, stored_rows
      FROM vobiz_bi.completeness_calendar WHERE stream IN ('cdrs', 'transactions') ORDER BY 1 DESC, 2, 3 LIMIT 8"
} | sed 's/[[:space:]]*$//' | python3 -B scripts/quickstart/terminal_svg.py >"$folder/session.svg"

page=$(sed -n 's/.* listening on \(http:[^ ]*\).*/\1/p' "$home/vobiz-syncd.log" | head -n 1)
timeout 120 chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1200,900 \
  --virtual-time-budget=8000 --screenshot="$folder/page.png" "$page" >"$home/chromium.log" 2>&1
work=$(mktemp -d /tmp/vobiz-pictures.XXXXXX)
trap 'rm -rf "$work"' EXIT
scripts/render-dashboards.sh "$work" >"$home/render.log" 2>&1 || { cat "$home/render.log" >&2; exit 1; }
cp "$work/overview.png" "$work/customer.png" "$folder/"
ls -l "$folder"
