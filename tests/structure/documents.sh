#!/usr/bin/env bash
# The documents say what is true: the README shows the files of examples/nginx as they are, the keys of
# docs/service-definitions.md load, and every definition in examples/ does.
# MY_INIT_BINARY or the first argument is the program that checks definitions.
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=${MY_INIT_BINARY:-${1:?}}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
complain() {
  echo "$1"
  status=1
}

# Where a link of a document leads must exist; one to a place within a document needs its heading.
anchors() { sed -nE 's/^#+ (.*)/\L\1/p' "$1" | sed -E 's/[^a-z0-9 _-]//g; s/ /-/g'; }
while IFS=: read -r document link; do
  file=${link%%#*}
  target=$(dirname "$document")/$file
  [[ $file ]] || target=$document
  if [[ ! -e $target ]]; then
    complain "$document: there is no $link"
  elif [[ $link == *#* ]] && ! anchors "$target" | grep -xF -- "${link#*#}" >/dev/null; then
    complain "$document: there is no heading for $link"
  fi
done < <(grep -roHE --include='*.md' --exclude-dir=build '\]\([^)# ]*(#[^) ]*)?\)' . | sed -E 's/\]\((.*)\)$/\1/' | grep -vE ':(https?|mailto):')

for file in examples/nginx/{Dockerfile,web.yaml,worker.yaml}; do
  [[ $(<README.md) == *"$(<"$file")"* ]] || complain "README.md does not show $file as it is"
done

loads() { # DIRECTORY WHAT
  "$binary" --check --services-dir "$1" >"$work/output" 2>&1 || complain "$2: $(<"$work/output")"
}
# Every directory with definitions in it: what is no definition is a manifest of an engine or a cluster.
while read -r directory; do
  loads "$directory" "$directory"
done < <(find examples services.d -name '*.yaml' ! -name compose.yaml ! -name deployment.yaml -printf '%h\n' | sort -u)

mkdir "$work/reference"
awk '/^```yaml/ { on = 1; next } /^```/ { if (on) exit } on' docs/service-definitions.md >"$work/reference/web.yaml"
printf 'command: [true]\n' >"$work/reference/db.yaml"
printf 'command: [true]\ntype: oneshot\n' >"$work/reference/migrate.yaml"
loads "$work/reference" docs/service-definitions.md

# What is explained is a definition that means the same.
explain() { (exec -a svctl "$binary" explain --services-dir "$1" web); }
values() { sed -E 's/ *#.*//; /^$/d'; }
cp -r "$work/reference" "$work/explained"
explain "$work/reference" >"$work/explained/web.yaml"
[[ $(explain "$work/explained" | values) == "$(values <"$work/explained/web.yaml")" ]] ||
  complain "svctl explain does not mean what docs/service-definitions.md says"

((status)) || echo "the documents are true"
exit "$status"
