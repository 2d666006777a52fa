#!/usr/bin/env bash
# package_test.sh BUILD: builds the Debian package, checks it with lintian, installs, upgrades, removes and purges it
# below a folder (dpkg's "chrootless", without root rights). packaging/test-in-root.sh does it in a whole Debian.
set -euo pipefail
build=$1
here=$(dirname "$0")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { echo "$*"; exit 1; }

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/made" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
deb=$(ls "$work"/made/vobiz-syncd_*.deb)
dpkg-deb -x "$deb" "$work/contents"

# The symbols are in a package of their own.
readelf -SW "$work/contents/usr/bin/vobiz-syncd" >"$work/sections"
grep -qE ' \.(debug_info|symtab) ' "$work/sections" && say "the program has its symbols in it"
compgen -G "$work/made/vobiz-syncd-dbgsym_*" >/dev/null || say "there is no package of symbols"

# Every member has the time of the changelog, whatever the clock was.
when=$(dpkg-parsechangelog -l "$here/../../packaging/debian/changelog" -S Timestamp)
others=$(TZ=UTC dpkg-deb -c "$deb" | grep -v " $(date -u -d "@$when" '+%F %H:%M') " || true)
[ -z "$others" ] || say "these members have another time: $others"
others=$(dpkg-deb -c "$deb" | grep -vE '^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) root/root ' || true)
[ -z "$others" ] || say "these members have other rights or another owner: $others"

# What the program is made of.
python3 "$here/sbom_test.py" "$build" "$work/contents" || say "the list of libraries is wrong"

# The package is not uploaded to Debian, so it closes no bug there.
lintian --fail-on error,warning --suppress-tags initial-upload-closes-no-bugs "$deb" || say "lintian is not content"

root=$work/root
in_root() {
  fakeroot -s "$work/owners" -i "$work/owners" dpkg --root="$root" --log="$work/dpkg.log" \
    --force-not-root --force-script-chrootless --force-depends "$@" >"$work/log" 2>&1 </dev/null ||
    { cat "$work/log"; say "dpkg $* fails"; }
}
mkdir -p "$root"/var/lib/dpkg/{info,updates}
touch "$root/var/lib/dpkg/status" "$work/owners"
configuration=$root/etc/vobiz-syncd/vobiz-syncd.yaml
# CREDENTIALS_DIRECTORY is the folder of the credentials, as in the unit.
check() {
  CREDENTIALS_DIRECTORY=$root/etc/vobiz-syncd "$root/usr/bin/vobiz-syncd" -c "$configuration" check-config 2>&1
}

in_root -i "$deb"
"$root/usr/bin/vobiz-syncd" version | grep -q '[0-9]' || say "the installed program tells no version"
grep -q '^vobiz-syncd:' "$root/etc/passwd" || say "no user vobiz-syncd was made"
[ -z "$(find "$root/etc/systemd" -name 'vobiz-syncd.service' 2>/dev/null)" ] || say "the unit was enabled by itself"
output=$(check) && say "the configuration as installed passes without a token: $output"
[[ $output == *"/token"* ]] || say "check-config does not name the token that is missing: $output"
install -m 600 /dev/stdin "$root/etc/vobiz-syncd/token" <<<EXAMPLE_TOKEN
output=$(check) || say "check-config, with a token: $output"

# The next version has another default: dpkg keeps the edited file and writes the new one beside it.
sed -i 's/PA_XXXXXXXX/PA_EXAMPLE01/' "$configuration"
dpkg-deb -R "$deb" "$work/next"
sed -i 's/^Version: .*/Version: 99.0-1/' "$work/next/DEBIAN/control"
echo '# another default' >>"$work/next/etc/vobiz-syncd/vobiz-syncd.yaml"
fakeroot dpkg-deb -b "$work/next" "$work/next.deb" >/dev/null
in_root --force-confdef --force-confold -i "$work/next.deb"
dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}\n' vobiz-syncd | grep -qx 99.0-1 ||
  say "the upgrade is not installed"
grep -q 'auth_id: PA_EXAMPLE01' "$configuration" || say "the upgrade has overwritten the edited configuration"
grep -q 'another default' "$configuration.dpkg-dist" || say "the new default was not laid beside the edited one"
output=$(check) || say "check-config, after the upgrade: $output"

in_root -r vobiz-syncd
[ ! -e "$root/usr/bin/vobiz-syncd" ] || say "the program is still there after removing the package"
{ [ -e "$configuration" ] && [ -e "$root/etc/vobiz-syncd/token" ]; } || say "removing has taken the configuration away"
in_root -P vobiz-syncd
[ ! -e "$root/etc/vobiz-syncd" ] || say "purging left: $(ls "$root/etc/vobiz-syncd")"
