#!/usr/bin/env bash
# scripts/tsan.sh [--build]: builds the tsan preset, as far as it is needed, and runs what has threads under ThreadSanitizer:
# the database's workers, the keeper of the leases, and whole services at work with their HTTP and their signals. The first
# race ends the program it is in. --build stops when all is built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,4s/^# //p' scripts/tsan.sh; }
case ${1:-} in
  -h | --help) usage; exit 0 ;;
  '' | --build) ;;
  *) usage >&2; exit 2 ;;
esac

tests=(sink_database_test lease_keeper_test)
mkdir -p build
cmake --preset tsan >build/tsan-cmake.log 2>&1 || { cat build/tsan-cmake.log >&2; exit 1; }
cmake --build --preset tsan --target vobiz-syncd vobiz-sim "${tests[@]}"
[ "${1:-}" != --build ] || exit 0

# binutils are there already; the symbolizer of LLVM comes with all of it.
TSAN_OPTIONS=halt_on_error=1:external_symbolizer_path=$(command -v addr2line)
export TSAN_OPTIONS
for test in "${tests[@]}"; do
  scripts/with-postgres.sh "build/tsan/$test" --gtest_brief=1
done
scripts/with-postgres.sh tests/threads/service.sh build/tsan
