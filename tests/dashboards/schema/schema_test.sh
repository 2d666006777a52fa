#!/usr/bin/env bash
# schema_test.sh PYTHON FOLDER: the dashboards have only what Grafana knows, by the types that it publishes on npm,
# which go to FOLDER. Ends with 77, skipped, where npm does not reach its registry.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$1
mkdir -p "$2"
cd "$2"
cp "$here"/package*.json .
npm ci --ignore-scripts --no-audit --no-fund --prefer-offline >npm.log 2>&1 || {
  tail -n 5 npm.log
  echo "schema_test: skipped: the packages of Grafana cannot be had"
  exit 77
}
check() {
  node_modules/.bin/tsc --noEmit --strict --skipLibCheck --moduleResolution bundler --module esnext --target es2022 "$1"
}
"$python" -B "$here/schema.py" all.ts
check all.ts | cut -c1-300
# That it finds what Grafana does not know: a name, and a value.
for wrong in 's/"barAlignment": 1/"barAlignmnt": 1/' 's/"colorMode": "value"/"colorMode": "valu"/'; do
  sed "$wrong" all.ts >wrong.ts
  ! check wrong.ts >/dev/null || { echo "schema_test: $wrong was not found"; exit 1; }
done
echo "schema_test: $(grep -c '^const .*_options' all.ts) panels have only what Grafana knows"
