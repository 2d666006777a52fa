# Functions for test scripts.
# shellcheck shell=bash

# start_simulator BUILD FILES OPTION…: starts vobiz-sim as process $simulator and waits until it serves. FILES.port
# has its port, FILES.log its output. The caller ends it. On failure prints the log.
start_simulator() {
  "$1/vobiz-sim" --listen 127.0.0.1:0 --port-file "$2.port" --frozen "${@:3}" >"$2.log" 2>&1 &
  simulator=$!
  until [ -s "$2.port" ]; do
    kill -0 "$simulator" 2>/dev/null || { cat "$2.log" >&2; echo "the simulator does not start" >&2; return 1; }
    sleep 0.1
  done
}
