#!/usr/bin/env bash
# One name finds all three: include/my_init/LAYER/NAME.hpp, src/LAYER/NAME.cpp, tests/LAYER/NAME_test.cpp.
# A class that is split by concern has sources of other names; they begin with a header of their layer. In tests
# that is NAME_CONCERN.cpp beside NAME.hpp.
set -euo pipefail
cd "$(dirname "$0")/../.."

status=0
complain() {
  echo "$1"
  status=1
}

for source in src/*/*.cpp; do
  layer=$(cut -d/ -f2 <<<"$source")
  name=$(basename "$source" .cpp)
  [[ $layer == programs || -e include/my_init/$layer/$name.hpp || -e src/$layer/$name.hpp ]] ||
    grep -qE "^#include \"(my_init/$layer/)?[a-z_]+\.hpp\"" "$source" ||
    complain "$source: has neither a header of its name nor another of its layer"
done
while IFS= read -r header; do
  grep -q '^#pragma once$' "$header" || complain "$header: has no #pragma once"
  name=${header#include/}
  [[ $header == include/* ]] || name=$(basename "$header")
  grep -rqF "\"$name\"" include src tests || complain "$header: nobody includes it"
done < <(find include src tests -name '*.hpp' | sort)
for test in tests/{base,core,config,os,log,protocol,app}/*.cpp; do
  [[ ! -e $test || $test == *_test.cpp || -e ${test%.cpp}.hpp ]] ||
    { name=${test%_*}.hpp && [[ -e $name ]] && grep -qF "\"$(basename "$name")\"" "$test"; } ||
    complain "$test: is neither NAME_test.cpp nor the source of a header beside it"
done

((status)) || echo "sources, headers and tests are found from their names"
exit "$status"
