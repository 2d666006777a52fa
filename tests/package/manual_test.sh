#!/usr/bin/env bash
# manual_test.sh BUILD: vobiz-syncd(1) has every command and option of the program's help, vobiz-syncd.yaml(5) every
# key of docs/configuration.md, vobiz-syncd(8) every address that is served and only commands that exist.
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
# shellcheck disable=SC2016  # the backticks are Markdown, not a command
keys=$(sed -n 's/^| `\([a-zA-Z_.\[]*\]*[a-zA-Z_.]*\)` |.*/\1/p' docs/configuration.md)
[ "$(wc -l <<<"$keys")" -ge 30 ] || miss "docs/configuration.md lists these keys only: $keys"
for key in $keys; do
  grep -qxF -- "\\fB$key\\fR" <<<"$page" || miss "vobiz-syncd.yaml(5) does not explain \"$key\""
done

page=packaging/vobiz-syncd.8
served=$(grep -ohE '"/[a-z.]*"' src/web/routes.cpp | tr -d '"' | sort -u)
[ "$(wc -l <<<"$served")" -ge 5 ] || miss "src/web/routes.cpp serves these addresses only: $served"
for address in $served; do
  grep -qxF -- ".It Pa $address" "$page" || miss "$page does not name \"$address\""
done
while IFS= read -r command; do
  grep -qx "$command" <<<"$commands" || miss "$page names the command \"$command\", which does not exist"
done < <(sed -n 's/^\.Dl vobiz-syncd \([a-z-]*\).*/\1/p' "$page")
exit $failed
