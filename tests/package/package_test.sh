#!/usr/bin/env bash
# package_test.sh BUILD: makes the Debian package of the build, checks it with lintian, and installs it in a root of
# its own, upgrades it over an edited configuration, removes and purges it. The maintainer scripts run outside that
# root (dpkg's "chrootless"), so the test needs neither root rights nor a system in it; packaging/test-in-root.sh does
# the same in a whole Debian.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
say() { echo "$*"; exit 1; }

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work/made" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
deb=$(ls "$work"/made/vobiz-syncd_*.deb)
# The package is not uploaded to Debian, so it closes none of its bugs.
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
# As in the unit, CREDENTIALS_DIRECTORY names the folder of the credentials.
check() {
  CREDENTIALS_DIRECTORY=$root/etc/vobiz-syncd "$root/usr/bin/vobiz-syncd" -c "$configuration" check-config 2>&1
}

in_root -i "$deb"
"$root/usr/bin/vobiz-syncd" version | grep -q '[0-9]' || say "the installed program tells no version"
grep -q '^vobiz-syncd:' "$root/etc/passwd" || say "no user vobiz-syncd was made"
[ -z "$(find "$root/etc/systemd" -name 'vobiz-syncd.service' 2>/dev/null)" ] || say "the unit was enabled by itself"
said=$(check) && say "the configuration as installed passes without a token: $said"
[[ $said == *"/token"* ]] || say "check-config does not name the token that is missing: $said"
install -m 600 /dev/stdin "$root/etc/vobiz-syncd/token" <<<EXAMPLE_TOKEN
said=$(check) || say "check-config, with a token: $said"

# The next version has another default: the edited file stays, and dpkg writes the new one beside it.
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
said=$(check) || say "check-config, after the upgrade: $said"

in_root -r vobiz-syncd
[ ! -e "$root/usr/bin/vobiz-syncd" ] || say "the program is still there after removing the package"
{ [ -e "$configuration" ] && [ -e "$root/etc/vobiz-syncd/token" ]; } || say "removing has taken the configuration away"
in_root -P vobiz-syncd
[ ! -e "$root/etc/vobiz-syncd" ] || say "purging left: $(ls "$root/etc/vobiz-syncd")"
