#!/usr/bin/env bash
# scripts/debian13.sh [FOLDER]: builds the tracked files and runs their tests (unit, db and e2e) in a Debian 13 below
# FOLDER (a temporary one by default): its compiler, its libraries and its PostgreSQL 17. A FOLDER is kept, and used
# again the next time. Needs root, debootstrap and the network; takes as long as a first build and all tests.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,4s/^# //p' scripts/debian13.sh; }
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  -*) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || { echo "debian13: only root can enter another Debian" >&2; exit 1; }
command -v debootstrap >/dev/null || {
  echo "debian13: debootstrap is missing" >&2
  echo "hint: apt install debootstrap" >&2
  exit 1
}

if [ $# -eq 1 ]; then
  mkdir -p "$1"
  work=$(realpath "$1")
else
  work=$(mktemp -d /tmp/vobiz-debian13.XXXXXX)
fi
root=$work/root
temporary=$([ $# -eq 1 ] || echo yes)
leave() {
  local at
  for at in "$root/dev" "$root/proc"; do
    ! mountpoint -q "$at" || umount -R "$at"
  done
  [ -z "$temporary" ] || rm -rf --one-file-system "$work"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
say() { echo "debian13: $*"; }

if [ ! -e "$work/made" ]; then
  say "making a Debian 13 in $root"
  rm -rf --one-file-system "$root"
  debootstrap --variant=minbase trixie "$root" >"$work/debootstrap.log" 2>&1 || {
    tail -n 20 "$work/debootstrap.log" >&2
    echo "debian13: debootstrap fails, see above" >&2
    exit 1
  }
  touch "$work/made"
fi
mount -t proc proc "$root/proc"
mount --rbind --make-rslave /dev "$root/dev"
cp /etc/resolv.conf "$root/etc/resolv.conf"
# A package must not start a server in there.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod +x "$root/usr/sbin/policy-rc.d"
inside() {
  chroot "$root" env -i HOME=/root LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c "cd /src && $1"
}

# What the last time built stays; the sources are those of now.
mkdir -p "$root/src"
find "$root/src" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git ls-files -z | tar --null --no-recursion -T - -cf - | tar -xf - --no-same-owner -C "$root/src"

say "installing what building and testing need"
inside 'scripts/install-deps.sh'
say "$(inside 'sed -n "s/^PRETTY_NAME=//p" /etc/os-release; g++ --version | sed -n 1p; ls /usr/lib/postgresql' |
  paste -sd ' ')"
say "building"
inside 'cmake --preset release' >"$work/cmake.log" || { cat "$work/cmake.log" >&2; exit 1; }
inside 'cmake --build --preset release' >"$work/build.log" 2>&1 || {
  tail -n 60 "$work/build.log" >&2
  echo "debian13: the build fails, see above" >&2
  exit 1
}
say "testing"
inside "ctest --preset release -L '^(unit|db|e2e)\$' --no-tests=error -j3"
say "all tests pass"
