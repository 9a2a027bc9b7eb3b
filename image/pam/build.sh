#!/bin/sh
# usage: build.sh DIRECTORY: makes the PAM module of `full` there; runs in a stage of its own.
set -eu
cd "$(dirname "$0")"
modules=$1/usr/lib/$(gcc -print-multiarch)/security
mkdir -p "$modules"
gcc -std=c11 -Wall -Wextra -Werror -Os -s -fPIC -shared -D_GNU_SOURCE \
  -o "$modules/pam_container_environment.so" pam_container_environment.c -lpam
