#!/usr/bin/env bash
# hardening_test.sh BUILD: the program has the protections of cmake/hardening.cmake. A program that is built without
# them must miss each one, so that no check is always content.
set -euo pipefail
build=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# missing PROGRAM: the protections that it has not, a line each.
missing() {
  local program=$1 headers dynamic symbols code
  headers=$(readelf -hlW "$program") dynamic=$(readelf -dW "$program")
  symbols=$(readelf -W --dyn-syms "$program") code=$(objdump -d --no-show-raw-insn "$program")
  grep -qE 'Type: +DYN' <<<"$headers" && grep -qE 'FLAGS_1.*PIE' <<<"$dynamic" || echo "position-independent code"
  grep -qE 'GNU_STACK .* RW +0x' <<<"$headers" || echo "a stack without code"
  grep -q GNU_RELRO <<<"$headers" && grep -qE '\(FLAGS_1\).*NOW' <<<"$dynamic" || echo "tables closed after loading"
  ! grep -qE 'TEXTREL|RPATH|RUNPATH' <<<"$dynamic" || echo "no relocated code, no search path of its own"
  grep -q '__stack_chk_fail' <<<"$symbols" || echo "stack protector"
  grep -qE ' __[a-z]+_chk(@|$)' <<<"$symbols" || echo "checked functions of the C library"
  case $(uname -m) in
    x86_64)
      grep -qE 'x86 feature:.*SHSTK' <<<"$(readelf -nW "$program")" || echo "shadow stack"
      [ "$(grep -cE '\bendbr64' <<<"$code")" -gt 2 ] || echo "marked targets of branches"
      # A large frame is touched page by page.
      # shellcheck disable=SC2016  # the dollar is the assembler's
      grep -qE 'or[lq] +\$0x0,(0x[0-9a-f]+)?\(%rsp\)' <<<"$code" || echo "protection against stack clashes"
      ;;
    aarch64) grep -q BTI_PLT <<<"$dynamic" || grep -qE '\bpaciasp\b' <<<"$code" || echo "branch protection" ;;
  esac
}

cat >"$work/weak.cpp" <<'PROGRAM'
#include <cstring>
#include <cstdlib>
int main(int count, char** words) {
  char text[100000];
  std::strcpy(text, words[0]);
  return text[count] + std::atoi(text);
}
PROGRAM
g++ -O2 -fno-pie -no-pie -fno-stack-protector -fno-stack-clash-protection -U_FORTIFY_SOURCE \
  -Wl,-z,execstack,-z,norelro,-z,lazy,-rpath,/tmp "$work/weak.cpp" -o "$work/weak" 2>"$work/log" ||
  { cat "$work/log"; exit 1; }
weak=$(missing "$work/weak")
case $(uname -m) in x86_64) wanted=9 ;; *) wanted=7 ;; esac
[ "$(wc -l <<<"$weak")" -eq "$wanted" ] || { echo "a program without protection lacks only:"; echo "$weak"; exit 1; }

strong=$(missing "$build/vobiz-syncd")
[ -z "$strong" ] || { echo "the program lacks:"; echo "$strong"; exit 1; }

# Debian's own tool, if it is there. It asks for both halves of CET; Debian 12's start-up code has none of them.
if command -v hardening-check >/dev/null; then
  hardening-check --nocfprotection "$build/vobiz-syncd"
fi
