#!/usr/bin/env bash
# Every line of the behaviour list that this version shows has a test: its id (L1, R2, ...) stands as a
# word in the name of a Catch2 test case or of a test of the image.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Names of tests: the string of TEST_CASE, which may go on over lines; the first word after `it` in tests/image.
names=$(
  find tests -name '*_test.cpp' -print0 | xargs -0 cat | tr '\n' ' ' |
    grep -oE '(TEST_CASE|SCENARIO)(_METHOD)?\( *([A-Za-z_:]+, *)?("([^"\\]|\\.)*" *)+' || true
  cat tests/image/*.sh 2>/dev/null | grep -E '^ *it ' || true
)

missing=()
total=0
read -ra ids < <(tr "\n" " " <tests/structure/behaviour_ids.txt) || true
for id in "${ids[@]}"; do
  total=$((total + 1))
  grep -qwF -- "$id" <<<"$names" || missing+=("$id")
done
if ((${#missing[@]})); then
  echo "no test is named after ${#missing[@]} of $total ids: ${missing[*]}"
  exit 1
fi
echo "each of $total ids is in the name of a test"
