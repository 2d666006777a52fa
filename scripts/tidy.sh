#!/usr/bin/env bash
# scripts/tidy.sh [FOLDER…]: runs clang-tidy over src and simulator, or over the named folders of them, on all cores,
# as the clang preset compiles them. Any finding fails; .clang-tidy says which checks are on.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in -h | --help) sed -n '2,3s/^# //p' scripts/tidy.sh; exit 0 ;; esac
for tidy in clang-tidy-19 clang-tidy-16 clang-tidy; do command -v "$tidy" >/dev/null && break; done

mkdir -p build
cmake --preset clang >build/tidy-cmake.log 2>&1 || { cat build/tidy-cmake.log >&2; exit 1; }
# The sources include files that the build generates.
cmake --build build/clang --target src/sink/embedded_schema.cpp src/reconcile/embedded_checks.cpp \
  src/web/embedded_page.cpp >/dev/null

wanted='.'
[ $# -eq 0 ] || wanted="/vobiz_($(IFS='|'; echo "$*"))\\.dir/"
# Only our own code, not Asio and Beast.
jq -r '.[].file' build/clang/compile_commands.json | grep -E '/build/clang/(src|simulator)/' | grep -E "$wanted" |
  xargs -r -n 1 -P "$(nproc)" "$tidy" -p build/clang --quiet 2>build/tidy.log ||
  { grep -vE 'warnings? (generated|treated)|^Suppressed|^Use -' build/tidy.log >&2 || true; exit 1; }
