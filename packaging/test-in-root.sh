#!/usr/bin/env bash
# packaging/test-in-root.sh DEB ROOT: installs the package with apt in a copy of a Debian root (made, for
# example, by `debootstrap bookworm ROOT`), so that its dependencies are resolved and its scripts run as on a
# real machine: install, version, check-config, upgrade over an edited configuration, remove, purge. Needs root
# and the network; ROOT itself is not changed.
set -euo pipefail
{ [ $# -eq 2 ] && [ -f "$1" ] && [ -x "$2/usr/bin/dpkg" ]; } || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
deb=$(realpath "$1")
base=$(realpath "$2")

# An overlay is cheap; if the kernel refuses it, copy the root.
work=$(mktemp -d /tmp/vobiz-root.XXXXXX)
root=$work/root
mkdir "$work"/{upper,work,root}
leave() {
  for at in "$root/dev" "$root/proc" "$root"; do ! mountpoint -q "$at" || umount "$at"; done
  rm -rf --one-file-system "$work"
}
trap leave EXIT
mount -t overlay overlay -o "lowerdir=$base,upperdir=$work/upper,workdir=$work/work" "$root" 2>/dev/null ||
  cp -a "$base/." "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"

inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
quiet() { inside "$@" >"$work/log" 2>&1 || { tail -n 20 "$work/log"; exit 1; }; }
step() { echo "== $*"; }
configuration=$root/etc/vobiz-syncd/vobiz-syncd.yaml

step "install"
cp "$deb" "$root/root/package.deb"
quiet apt-get -q update
quiet apt-get -q install -y --no-install-recommends /root/package.deb
inside vobiz-syncd version
inside getent passwd vobiz-syncd
enabled=$root/etc/systemd/system/multi-user.target.wants/vobiz-syncd.service
[ ! -L "$enabled" ]
ls "$root"/usr/share/man/man?/vobiz-syncd*

step "the configuration as installed, before and after a token is there"
inside setpriv --reuid=vobiz-syncd --regid=vobiz-syncd --clear-groups vobiz-syncd check-config && exit 1
inside install -m 640 -g vobiz-syncd /dev/stdin /etc/vobiz-syncd/token <<<EXAMPLE_TOKEN
inside setpriv --reuid=vobiz-syncd --regid=vobiz-syncd --clear-groups vobiz-syncd check-config

step "upgrade: an edited configuration stays, and so does the unit's enablement"
quiet systemctl enable vobiz-syncd.service
sed -i 's/PA_XXXXXXXX/PA_EXAMPLE01/' "$configuration"
inside dpkg-deb -R /root/package.deb /root/next
sed -i 's/^Version: .*/Version: 99.0-1/' "$root/root/next/DEBIAN/control"
echo '# another default' >>"$root/root/next/etc/vobiz-syncd/vobiz-syncd.yaml"
quiet dpkg-deb -b /root/next /root/next.deb
quiet apt-get -q install -y -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold /root/next.deb
grep 'auth_id: PA_EXAMPLE01' "$configuration"
[ -L "$enabled" ]
inside dpkg-query -W vobiz-syncd

step "remove"
quiet apt-get -q remove -y vobiz-syncd
[ ! -e "$root/usr/bin/vobiz-syncd" ]
ls "$root/etc/vobiz-syncd"

step "purge"
quiet apt-get -q purge -y vobiz-syncd
[ ! -e "$root/etc/vobiz-syncd" ]
[ -z "$(find "$root/etc/systemd" -name 'vobiz-syncd*')" ]
step "done"
