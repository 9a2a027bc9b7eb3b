#!/usr/bin/env bash
# The version is that of the last tag and the commits since, or the project's where there is no tag or no git.
set -euo pipefail
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat >"$work/CMakeLists.txt" <<TEXT
cmake_minimum_required(VERSION 3.25)
project(version VERSION 0.1.0 LANGUAGES NONE)
include($PWD/cmake/version.cmake)
file(WRITE \${PROJECT_BINARY_DIR}/version "\${MY_INIT_VERSION}")
TEXT
expect() { # REGEX
  rm -rf "$work/build"
  GIT_CEILING_DIRECTORIES=$(dirname "$work") cmake -S "$work" -B "$work/build" >"$work/log" || {
    cat "$work/log"
    exit 1
  }
  [[ $(<"$work/build/version") =~ ^$1$ ]] || {
    echo "the version is $(<"$work/build/version"), not $1"
    exit 1
  }
}
repository() { git -C "$work" -c user.name=x -c user.email=x@example.org "$@"; }

expect '0\.1\.0'
repository init -q
repository commit -q --allow-empty -m one
expect '0\.1\.0'
repository tag v1.2.3
expect '1\.2\.3'
repository commit -q --allow-empty -m two
expect '1\.2\.3\+1\.g[0-9a-f]{7}'
echo "the version is that of the tag"
