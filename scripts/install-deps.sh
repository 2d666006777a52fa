#!/usr/bin/env bash
# Installs the Debian packages that building and testing need. Works as root and with sudo, on
# Debian 12 and 13. Prints and does nothing when all are there.
set -euo pipefail

packages=(
  build-essential ca-certificates ccache cmake curl fakeroot gcovr git jq lintian ninja-build openssl pkg-config procps
  libcli11-dev libgmock-dev libgtest-dev libhowardhinnant-date-dev libpq-dev libpqxx-dev
  libspdlog-dev libssl-dev libsystemd-dev libyaml-cpp-dev prometheus-cpp-dev zlib1g-dev
  chromium fonts-dejavu-core pgbouncer postgresql postgresql-client prometheus python3 systemd tzdata
  python3-venv shellcheck
)
# Debian 12's default Boost is 1.74, and its packages conflict with those of 1.81.
. /etc/os-release
if [ "${VERSION_ID:-12}" = 12 ]; then version=1.81 clang=16; else version='' clang=19; fi
for library in '' -json -system -url; do packages+=("libboost$library$version-dev"); done
packages+=("clang-$clang" "clang-tidy-$clang" "libclang-rt-$clang-dev" "lld-$clang")

# scripts/lint.sh checks the format with this version, which Debian 13 no longer has.
[ "${VERSION_ID:-12}" != 12 ] || packages+=(clang-format-14)

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
    missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "install-deps: these packages are missing and there is no sudo: ${missing[*]}" >&2
    echo "hint: install them as root, then run this again" >&2
    exit 1
  }
  as_root=(sudo)
fi
echo "installing ${#missing[@]} Debian packages: ${missing[*]}"
# No cluster when PostgreSQL is installed: what needs a server starts a throw-away one.
"${as_root[@]}" mkdir -p /etc/postgresql-common/createcluster.d
[ -e /etc/postgresql-common/createcluster.conf ] || [ -e /etc/postgresql-common/createcluster.d/vobiz.conf ] ||
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.d/vobiz.conf >/dev/null
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Waits for the lock if another apt is running.
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }
if ! { apt update && apt install -y --no-install-recommends "${missing[@]}" </dev/null; } >"$log" 2>&1; then
  tail -n 15 "$log" >&2
  echo "install-deps: apt-get could not install: ${missing[*]}" >&2
  exit 1
fi
