#!/usr/bin/env bash
# manual_test.sh BUILD: vobiz-syncd(1) holds every command and option that the program's help tells, and
# vobiz-syncd.yaml(5) every key of docs/configuration.md.
set -euo pipefail
build=$1
cd "$(dirname "$0")/../.."
failed=0
miss() { echo "$*"; failed=1; }

page=packaging/vobiz-syncd.1
help=$("$build/vobiz-syncd" --help)
commands=$(sed -n '/^Subcommands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' <<<"$help")
[ "$(wc -l <<<"$commands")" -ge 8 ] || miss "the help lists these commands only: $commands"
for command in $commands; do
  grep -qx "\.It Cm $command" "$page" || miss "$page does not explain the command \"$command\""
  for option in $("$build/vobiz-syncd" "$command" --help | grep -oE -- '(^  |,)--[a-z-]+' | tr -d ' ,'); do
    grep -qE -- "Fl -${option#--}( |$)" "$page" || miss "$page does not name \"$option\" of \"$command\""
  done
done
for option in $(grep -oE -- '(^  |,)--[a-z-]+' <<<"$help" | tr -d ' ,'); do
  grep -qE -- "Fl -${option#--}( |$)" "$page" || miss "$page does not name \"$option\""
done
for stream in $(sed -n 's/^Streams: //p' <<<"$help" | tr -d ,); do
  grep -qw "$stream" "$page" || miss "$page does not name the stream \"$stream\""
done

page=$(gzip -dc "$build/packaging/vobiz-syncd.yaml.5.gz")
keys=$(sed -n 's/^| `\([a-zA-Z_.\[]*\]*[a-zA-Z_.]*\)` |.*/\1/p' docs/configuration.md)
[ "$(wc -l <<<"$keys")" -ge 30 ] || miss "docs/configuration.md lists these keys only: $keys"
for key in $keys; do
  grep -qxF -- "\\fB$key\\fR" <<<"$page" || miss "vobiz-syncd.yaml(5) does not explain \"$key\""
done
exit $failed
