#!/usr/bin/env bash
# unit_test.sh BUILD: installs below a temporary folder, with the prefixes /usr and /usr/local. The unit must pass
# systemd's checks, name the installed program and be well sandboxed.
set -euo pipefail
build=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
say() { echo "$*"; exit 1; }

for prefix in /usr /usr/local; do
  DESTDIR=$tree cmake --install "$build" --prefix "$prefix" >"$tree/log" || { cat "$tree/log"; exit 1; }
  unit=$tree$prefix/lib/systemd/system/vobiz-syncd.service
  program=$(sed -n 's/^ExecStart=\([^ ]*\).*/\1/p' "$unit")
  [ "$program" = "$prefix/bin/vobiz-syncd" ] || say "the unit starts \"$program\", installed is $prefix/bin/vobiz-syncd"
  "$tree$program" version || say "\"$program\" does not run"
  for file in share/doc/vobiz-syncd/README.md share/doc/vobiz-syncd/vobiz-syncd.example.yaml \
    lib/sysusers.d/vobiz-syncd.conf; do
    [ -s "$tree$prefix/$file" ] || say "\"$prefix/$file\" is not installed"
  done

  # systemd-analyze verify needs the program at the unit's path, so prefix it with the temporary folder.
  sed -i "s#^ExecStart=#ExecStart=$tree#" "$unit"
  output=$(systemd-analyze verify --man=no "$unit" 2>&1) || say "systemd-analyze verify: $output"
  [ -z "$output" ] || say "systemd-analyze verify is not silent: $output"
  # An exposure above 1.5 of 10 means that a protection was removed.
  output=$(systemd-analyze security --offline=yes --no-pager --threshold=15 "$unit") || say "$output"
  tail -n 1 <<<"$output"
done
grep -q '^RestartPreventExitStatus=78$' "$unit" || say "an invalid configuration would be restarted for ever"
output=$(systemd-sysusers --dry-run --root="$tree" - <"$tree/usr/lib/sysusers.d/vobiz-syncd.conf" 2>&1) || say "$output"
[[ $output == *vobiz-syncd* ]] || say "systemd-sysusers makes no user vobiz-syncd: $output"
