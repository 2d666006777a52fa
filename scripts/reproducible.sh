#!/usr/bin/env bash
# scripts/reproducible.sh [FOLDER]: builds the Debian packages of the tracked files twice, in folders of other names
# below FOLDER (a temporary one by default), with another umask, time zone, language and home, once through a cache
# of ccache and once without. Prints the sha256 of each package; fails unless both builds made the same bytes. Takes
# as long as two builds of the program.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in
  -h | --help) sed -n '2,5s/^# //p' scripts/reproducible.sh; exit 0 ;;
  -*) sed -n '2,5s/^# //p' scripts/reproducible.sh >&2; exit 2 ;;
esac
[ $# -le 1 ] || { sed -n '2,5s/^# //p' scripts/reproducible.sh >&2; exit 2; }

if [ $# -eq 1 ]; then
  mkdir -p "$1"
  work=$(realpath "$1")
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi

# What is built does not change in the middle of it.
git ls-files -z | tar --null --no-recursion -T - -cf "$work/tracked.tar"

# build NAME SOURCES BINARIES UMASK [VARIABLE=VALUE…]: makes packages in NAME/packages.
build() {
  local name=$1 sources=$work/$1/$2 binaries=$work/$1/$3 mask=$4 out=$work/$1/packages
  shift 4
  rm -rf "${work:?}/$name"
  mkdir -p "$sources" "$out" "$work/$name/home"
  (umask "$mask" && tar -xf "$work/tracked.tar" --no-same-permissions -C "$sources")
  (
    umask "$mask"
    cd "$sources"
    run() {
      env -u SOURCE_DATE_EPOCH -u CCACHE_BASEDIR -u CCACHE_NOHASHDIR HOME="$work/$name/home" "${settings[@]}" "$@"
    }
    settings=("$@")
    run cmake --preset release -B "$binaries" -DVOBIZ_TESTS=OFF
    run cmake --build "$binaries" --target vobiz-syncd packaging
    run cpack --config "$binaries/CPackConfig.cmake" -G DEB -B "$out"
  ) >"$work/$name/log" 2>&1 || {
    tail -n 30 "$work/$name/log" >&2
    echo "reproducible: the build in $sources fails, see above" >&2
    exit 1
  }
  rm -rf "$out/_CPack_Packages"
}

build one tree build/release 022 TZ=UTC LC_ALL=C CCACHE_DISABLE=1
build another "a folder/of-a-much-longer-name" out 077 TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 \
  CCACHE_DIR="$work/cache" CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1

differ=0
for package in "$work"/one/packages/*; do
  name=${package##*/}
  read -r sum _ < <(sha256sum "$package")
  echo "$sum  $name"
  cmp -s "$package" "$work/another/packages/$name" && continue
  differ=1
  echo "reproducible: \"$name\" differs:" >&2
  if command -v diffoscope >/dev/null; then
    diffoscope "$package" "$work/another/packages/$name" >&2 || true
    continue
  fi
  for side in one another; do
    rm -rf "${work:?}/$side/unpacked"
    dpkg-deb -R "$work/$side/packages/$name" "$work/$side/unpacked" &&
      dpkg-deb -c "$work/$side/packages/$name" >"$work/$side/unpacked/members"
  done
  diff -rq "$work/one/unpacked" "$work/another/unpacked" >&2 || true
done
[ "$(cd "$work/one/packages" && echo *)" = "$(cd "$work/another/packages" && echo *)" ] || differ=1
[ "$differ" -eq 0 ] || exit 1
echo "reproducible: both builds made the same packages"
