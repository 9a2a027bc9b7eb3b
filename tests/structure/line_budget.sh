#!/usr/bin/env bash
# A header has at most 150 lines, a source or test 400: at its limit a file is split by concern.
set -euo pipefail
cd "$(dirname "$0")/../.."

over=$(
  find include src tests \( -name '*.hpp' -o -name '*.cpp' \) -exec wc -l {} + |
    awk '$2 == "total" { next }
         $2 ~ /\.hpp$/ && $1 > 150 { print $2 ": " $1 " lines, a header may have 150" }
         $2 ~ /\.cpp$/ && $1 > 400 { print $2 ": " $1 " lines, a source may have 400" }'
)
if [[ -n $over ]]; then
  echo "$over"
  exit 1
fi
echo "every file is within its budget of lines"
