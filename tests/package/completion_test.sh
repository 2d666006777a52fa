#!/usr/bin/env bash
# completion_test.sh BUILD: tests the words that bash completes.
set -euo pipefail
program=$1/vobiz-syncd
cd "$(dirname "$0")/../.."
. packaging/vobiz-syncd.bash
complete -p vobiz-syncd >/dev/null

offered() {
  COMP_WORDS=("$program" "$@")
  COMP_CWORD=$#
  COMPREPLY=()
  _vobiz_syncd
  echo "${COMPREPLY[*]}"
}
failed=0
expect() {
  local wanted=$1 got
  shift
  got=$(offered "$@")
  [ "$got" = "$wanted" ] || { echo "after \"$*\" bash offers \"$got\", expected \"$wanted\""; failed=1; }
}
expect 'backfill' b
expect "verify version" ver
expect 'profile' sync pro
expect 'cdrs' sync transactions c
expect 'accounts' -c /etc/hosts verify acc
expect '--from' backfill cdrs --f
expect '--json' status --j
expect '--config' --c
expect '' status x
expect '/etc/hostname' -c /etc/hostnam
expect '/etc/hostname' import-rates /etc/hostnam
exit $failed
