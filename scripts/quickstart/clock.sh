#!/usr/bin/env bash
# clock.sh FOLDER PORT…: lets the time of frozen simulators follow the real one until the folder is gone.
set -euo pipefail
folder=$1
shift
last=$EPOCHSECONDS
while sleep 2 && [ -d "$folder" ]; do
  now=$EPOCHSECONDS
  for port in "$@"; do
    curl -sS --fail --max-time 30 -o /dev/null -d "{\"seconds\": $((now - last))}" \
      "http://127.0.0.1:$port/_control/advance"
  done
  last=$now
done
