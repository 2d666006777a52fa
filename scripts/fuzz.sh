#!/usr/bin/env bash
# scripts/fuzz.sh [SECONDS] [TARGET…]: builds the clang preset and runs the fuzzers, all or those named, for SECONDS
# each (default 60), two at a time. They start from fuzz/corpus and tests/fixtures; inputs that reach new code are kept
# below build/fuzz for the next run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,4s/^# //p' scripts/fuzz.sh; }
case ${1:-} in -h | --help) usage; exit 0 ;; esac
seconds=${1:-60}
[[ $seconds =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
shift $(($# > 0))
targets=("$@")
[ $# -gt 0 ] || targets=(rows http_request answer answer_reader array config decode decimal instant)

cmake --preset clang >/dev/null
cmake --build --preset clang --target fuzzers

# The fuzzer reads the name of the stream in the first line and the answer after it.
fixtures=build/fuzz/fixtures
mkdir -p "$fixtures"
for file in tests/fixtures/*/*.json; do
  stream=$(basename "$(dirname "$file")")
  { echo "$stream"; cat "$file"; } >"$fixtures/$stream-$(basename "$file" .json)"
done

# addr2line of binutils is installed already; the symbolizer of LLVM would need all of LLVM.
ASAN_SYMBOLIZER_PATH=$(command -v addr2line)
export ASAN_SYMBOLIZER_PATH

# A finding of a sanitizer, a broken property and an input that takes longer than ten seconds each end the run and write
# the input to a file.
run() {
  local target=$1 home=build/fuzz/$1
  local seeds=("fuzz/corpus/$target") through=()
  case $target in
    decode) seeds+=("$fixtures") ;;
    rows) seeds=(fuzz/corpus/decode "$fixtures") through=(scripts/with-postgres.sh) ;;
    array) through=(scripts/with-postgres.sh) ;;
  esac
  mkdir -p "$home/corpus"
  local options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -close_fd_mask=1 -print_final_stats=1
    -verbosity=1 -artifact_prefix="$home/")
  if "${through[@]}" "build/clang/fuzz_$target" "${options[@]}" "$home/corpus" "${seeds[@]}" \
    >"$home/log" 2>&1 </dev/null; then
    echo "fuzz $target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$home/log") inputs, no finding"
    return
  fi
  tail -n 60 "$home/log" >&2
  local input
  input=$(sed -n 's/.*Test unit written to //p' "$home/log" | tail -n 1)
  echo "fuzz $target: a finding, see above and $home/log" >&2
  echo "hint: ${through[*]} build/clang/fuzz_$target ${input:-$home/corpus}" >&2
  return 1
}

failed=0
running=()
for target in "${targets[@]}"; do
  run "$target" &
  running+=($!)
  [ ${#running[@]} -lt 2 ] || { wait "${running[0]}" || failed=1; running=("${running[@]:1}"); }
done
for one in "${running[@]}"; do wait "$one" || failed=1; done
exit "$failed"
