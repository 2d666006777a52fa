#!/usr/bin/env bash
# scripts/declared.sh [PRESET]: writes what the declarations of streams decide in files of this repository, and names
# the files that changed: the blocks "begin NAME: written by scripts/declared.sh" in docs/configuration.md, in
# vobiz-syncd(1) and in the example configuration, and the SQL in tests/sink/golden. PRESET is dev, if not given.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in -h | --help) sed -n '2,4s/^# //p' scripts/declared.sh; exit 0 ;; esac
preset=${1:-dev}
cmake --preset "$preset" >/dev/null
cmake --build --preset "$preset" --target config_test sink_golden_test
export VOBIZ_UPDATE_GOLDEN=1
"build/$preset/config_test" --gtest_brief=1 --gtest_filter='declared_blocks.*'
"build/$preset/sink_golden_test" --gtest_brief=1
git status --short -- docs/configuration.md packaging/vobiz-syncd.1 config/vobiz-syncd.example.yaml tests/sink/golden
