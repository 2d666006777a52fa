#!/usr/bin/env bash
# scripts/tsan.sh [--build]: builds what it needs of the tsan preset and runs what has threads under ThreadSanitizer:
# the database workers, the lease keeper, and two services with their HTTP servers and signals. The first race ends the
# program it is in. --build stops after the build.
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

# addr2line of binutils is installed already; the symbolizer of LLVM would need all of LLVM.
TSAN_OPTIONS=halt_on_error=1:external_symbolizer_path=$(command -v addr2line)
export TSAN_OPTIONS
for test in "${tests[@]}"; do
  scripts/with-postgres.sh "build/tsan/$test" --gtest_brief=1
done
scripts/with-postgres.sh tests/threads/service.sh build/tsan
