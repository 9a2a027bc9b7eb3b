#!/usr/bin/env bash
# Tests of the image in real containers. usage: tests/image/run.sh [FILE...], for example slim_test.sh and full_test.sh
# first, which build the images. Needs a Docker engine and the packages that ./dev test-image installs.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/image/lib.sh
. tests/image/lib.sh

(($#)) || set -- tests/image/{slim,full,drop_in,runit,first_page,quick_start,runtime,health,kubernetes,services,stories,elsewhere}_test.sh
for file; do
  # shellcheck source=/dev/null
  . "$file"
done
echo "$passed passed, $failed failed"
((failed == 0))
