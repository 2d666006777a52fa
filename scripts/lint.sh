#!/usr/bin/env bash
# scripts/lint.sh [--fix]: checks all tracked files: the format of C++ (clang-format 14), shell scripts (shellcheck),
# Python (ruff, see ruff.toml), and that no line of SQL, Python and shell is longer than 120 characters. Fails when a
# check fails. --fix first applies what clang-format and ruff can repair. The first run installs ruff below build/.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
usage() { sed -n '2,4s/^# //p' scripts/lint.sh; }
fix=
case ${1:-} in
  '') ;;
  --fix) fix=yes ;;
  -h | --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac
[ $# -le 1 ] || { usage >&2; exit 2; }

mkdir -p build
log=build/lint.log
width=120
failures=0
# failed MESSAGE: counts a check that fails. The message ends with what repairs it.
failed() {
  echo "lint: $1" >&2
  failures=$((failures + 1))
}

cpp=() shell=() python=() sql=()
# Sorts the tracked files by suffix, and those without a known one by their first line.
sort_files() {
  local file first files
  files=$(git ls-files) || { echo "lint: git cannot list the files, see above" >&2; exit 1; }
  while IFS= read -r file; do
    [ -f "$file" ] || continue
    case $file in
      *.cpp | *.hpp) cpp+=("$file"); continue ;;
      *.sh | *.bash) shell+=("$file"); continue ;;
      *.py) python+=("$file"); continue ;;
      *.sql) sql+=("$file"); continue ;;
    esac
    IFS= read -r first <"$file" || true
    case $first in
      '#!'*[/\ ]bash* | '#!'*[/\ ]sh*) shell+=("$file") ;;
      '#!'*python*) python+=("$file") ;;
    esac
  done <<<"$files"
}

# Other versions of clang-format format in other ways, and Debian 13 no longer has this one.
check_cpp() {
  local differ
  if ! command -v clang-format-14 >/dev/null; then
    if [ "$(. /etc/os-release && echo "${VERSION_ID:-12}")" = 12 ]; then
      failed "clang-format-14 is not installed: run scripts/install-deps.sh"
    else
      echo "lint: the format of C++ is checked on Debian 12 only, with clang-format-14"
    fi
    return
  fi
  [ -z "$fix" ] || clang-format-14 -i "${cpp[@]}"
  clang-format-14 --dry-run -Werror "${cpp[@]}" 2>"$log" && return
  differ=$(sed -n 's/:[0-9]*:[0-9]*: error:.*//p' "$log" | sort -u)
  if [ -z "$differ" ]; then
    cat "$log" >&2
    failed "clang-format-14 fails, see above"
    return
  fi
  printf '%s\n' "$differ" >&2
  failed "$(wc -l <<<"$differ") C++ files are not formatted: run scripts/lint.sh --fix"
}

check_shell() {
  if ! command -v shellcheck >/dev/null; then
    failed "shellcheck is not installed: run scripts/install-deps.sh"
    return
  fi
  shellcheck -x -P SCRIPTDIR "${shell[@]}" >&2 ||
    failed "shellcheck has findings, see above: repair them, \"shellcheck -x -P SCRIPTDIR FILE\" checks one file"
}

# install_ruff FOLDER VERSION: a virtualenv with this version, which later runs use without network.
install_ruff() {
  [ "$("$1/bin/ruff" --version 2>/dev/null)" != "ruff $2" ] || return 0
  { python3 -m venv --clear "$1" &&
    "$1/bin/pip" -q --disable-pip-version-check install --only-binary :all: "ruff==$2"; } >"$log" 2>&1
}

check_python() {
  local version folder
  version=$(sed -n 's/^required-version = "==\(.*\)"$/\1/p' ruff.toml)
  folder=build/ruff
  if ! install_ruff "$folder" "$version"; then
    tail -n 5 "$log" >&2
    failed "ruff $version cannot be installed in $folder: run scripts/install-deps.sh with access to PyPI"
    return
  fi
  "$folder/bin/ruff" check -q --output-format concise ${fix:+--fix} "${python[@]}" >&2 ||
    failed "ruff has findings, see above: run scripts/lint.sh --fix, then repair what is left"
}

check_width() {
  local long
  # In this locale a character of several bytes counts once.
  long=$(LC_ALL=C.UTF-8 grep -nE "^.{$((width + 1)),}" "${sql[@]}" "${python[@]}" "${shell[@]}" | cut -d: -f1,2) ||
    [ $? -eq 1 ]
  [ -n "$long" ] || return 0
  printf '%s\n' "$long" >&2
  failed "$(wc -l <<<"$long") lines of SQL, Python or shell are longer than $width characters: break them"
}

sort_files
check_cpp
check_shell
check_python
check_width
[ "$failures" -eq 0 ] || exit 1
echo "lint: ${#cpp[@]} C++, ${#shell[@]} shell, ${#python[@]} Python and ${#sql[@]} SQL files: no findings"
