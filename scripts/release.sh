#!/usr/bin/env bash
# scripts/release.sh [--tag] VERSION PREVIOUS: makes a release of the current commit in build/release-VERSION: the
# Debian packages, the list of what the program is made of (SPDX), the changes and SHA256SUMS. PREVIOUS is the program
# or the Debian package that operators have: a mirror that it fills has to survive the upgrade. Nothing is made unless
#   * the tree is committed, and CMakeLists.txt, packaging/debian/changelog and CHANGELOG.md name the version,
#   * CHANGELOG.md has its date and says who signed it off: "## VERSION (DATE)", "Signed-off-by: NAME <ADDRESS>",
#   * two builds in two folders make the same bytes.
# --tag also tags the commit vVERSION, with the changes as its text (signed, if git's tag.gpgSign says so). Before:
# scripts/test.sh --all, scripts/fuzz.sh 3600 and scripts/debian13.sh. Takes as long as three builds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,9s/^# //p' scripts/release.sh; }
tag=
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  --tag) tag=yes; shift ;;
esac
{ [ $# -eq 2 ] && [ -e "$2" ]; } || { usage >&2; exit 2; }
version=$1 previous=$(realpath "$2")
fail() {
  echo "release: $1" >&2
  [ -z "${2:-}" ] || echo "hint: $2" >&2
  exit 1
}

# The section of CHANGELOG.md, with its heading.
changes() {
  awk -v version="$version" '/^## / { here = $2 == version } here' CHANGELOG.md
}
[ -z "$(git status --porcelain)" ] || fail "the tree has changes that are not committed" "git status"
grep -q "^project(vobiz-syncd VERSION $version " CMakeLists.txt || fail "CMakeLists.txt has another version"
[ "$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)" = "$version-1" ] ||
  fail "packaging/debian/changelog has another version" "add an entry for $version-1"
grep -qE "^## ${version//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)$" CHANGELOG.md ||
  fail "CHANGELOG.md has no dated section for $version" "name it \"## $version ($(date +%F))\""
changes | grep -qE '^Signed-off-by: .+ <.+>$' ||
  fail "nobody has signed off the changes of $version" "end the section with \"Signed-off-by: NAME <ADDRESS>\""
! git rev-parse -q --verify "refs/tags/v$version" >/dev/null || fail "the tag v$version exists already"

out=build/release-$version
rm -rf "$out"
mkdir -p "$out/work"
trap 'rm -rf "$out/work"' EXIT
scripts/reproducible.sh "$out/work/builds"
cp "$out"/work/builds/one/packages/* "$out"
deb=$(ls "$out"/vobiz-syncd_*.deb)

unpacked() {
  case $1 in
    *.deb) dpkg-deb -x "$1" "$out/work/$2" && echo "$out/work/$2/usr/bin/vobiz-syncd" ;;
    *) echo "$1" ;;
  esac
}
new=$(unpacked "$deb" new)
cmake --preset release >/dev/null
cmake --build --preset release --target vobiz-sim >/dev/null
scripts/try-upgrade.sh "$(unpacked "$previous" previous)" "$new"

cp "$out/work/new/usr/share/doc/vobiz-syncd/vobiz-syncd.spdx.json" "$out"
changes >"$out/CHANGES.md"
(cd "$out" && sha256sum -- *.* >SHA256SUMS && cat SHA256SUMS)
[ -z "$tag" ] || git tag -a "v$version" -F "$out/CHANGES.md"
echo "release: $version is in $out"
