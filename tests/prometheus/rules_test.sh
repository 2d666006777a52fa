#!/usr/bin/env bash
# rules_test.sh SOURCE: the alert rules are valid, pass their test cases, and each has its runbook page.
set -euo pipefail
cd "$1"
say() { echo "$*"; exit 1; }

promtool check rules prometheus/vobiz-syncd.rules.yml
(cd prometheus && promtool test rules vobiz-syncd.rules.test.yml)

alerts=$(sed -n 's/^ *- alert: //p' prometheus/vobiz-syncd.rules.yml | sort)
pages=$(cd docs/runbooks && printf '%s\n' *.md | sed 's/\.md$//' | sort)
[ -n "$alerts" ] || say "no alert found"
[ "$alerts" = "$pages" ] || { diff <(echo "$alerts") <(echo "$pages") || true; say "alerts (<) and pages (>) differ"; }
for alert in $alerts; do
  page=docs/runbooks/$alert.md
  grep -q "runbook: $page" prometheus/vobiz-syncd.rules.yml || say "\"$alert\" does not name its page"
  grep -qx "# $alert" "$page" || say "\"$page\" has another title"
  for heading in 'What to look at' 'What to do'; do
    grep -qx "## $heading" "$page" || say "\"$page\" does not say \"$heading\""
  done
  # One case that raises it and one that does not.
  [ "$(grep -c "alertname: $alert\b" prometheus/vobiz-syncd.rules.test.yml)" -ge 2 ] ||
    say "\"$alert\" has no two cases"
  # Links between pages have a target.
  for link in $(grep -o '([A-Za-z]*\.md)' "$page" | tr -d '()'); do
    [ -s "docs/runbooks/$link" ] || say "\"$page\" leads to \"$link\", which is not there"
  done
done
