#!/bin/sh
# Between fork and exec only system calls are safe: the object file of the forked child must need
# nothing but the symbols of the allow-list.
# usage: child_symbols.sh NM LIBRARY ALLOW_LIST
set -eu
symbols=$("$1" -u "$2" | awk '/:$/ { inside = /^spawn_child\./; if (inside) print "found" } inside && $1 == "U" { print $2 }' | sort -u)
[ -n "$symbols" ] || {
  echo "cannot find spawn_child in $2" >&2
  exit 1
}
unexpected=$(printf '%s\n' "$symbols" | grep -vx found | grep -vxF -f "$3" || true)
[ -z "$unexpected" ] || {
  echo "the forked child may not use:" "$unexpected" >&2
  exit 1
}
