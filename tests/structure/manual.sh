#!/usr/bin/env bash
# The manual pages are sound, and have every option of the help texts and every key of a definition; the scripts for
# shells are sound. MY_INIT_BINARY or the first argument is the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
binary=$(realpath "${MY_INIT_BINARY:-${1:?}}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0
complain() {
  echo "$1"
  status=1
}
svctl() { (exec -a svctl "$binary" "$@"); }

for page in svctl sv setuser my_init my_init-services; do
  svctl man "$page" >"$work/$page"
  mandoc -T lint -W warning <"$work/$page" >"$work/lint" || true
  # Their date would be that of the build, and two builds of one version differ.
  grep -vE 'WARNING: missing date' "$work/lint" && complain "the page $page is not sound"
  mandoc -T utf8 "$work/$page" | sed 's/.\x08//g' >"$work/$page.txt"
done

has_options() { # PAGE HELP
  local option
  while read -r option; do
    grep -qF -- "$option" "$work/$1.txt" || complain "$1: the manual has no $option"
  done < <(grep -oE '^ +(-[a-z],)?--[a-z-]+' <<<"$2" | grep -oE -- '--[a-z-]+')
}
has_options my_init "$("$binary" --help)"
has_options svctl "$(svctl --help)"
while IFS=$'\t' read -r command _; do
  has_options svctl "$(svctl "$command" --help)"
done < <(svctl complete '')
while read -r key; do
  grep -qE "^ +$key:" "$work/my_init-services.txt" || complain "my_init-services: the manual has no $key"
done < <(svctl schema | sed -nE 's/^ +"([a-z_]+)": \{"description".*/\1/p' | sort -u)

for shell in bash zsh fish; do
  svctl completion $shell >"$work/completion.$shell"
  $shell -n "$work/completion.$shell" || complain "the completion for $shell is not sound"
done
mkdir "$work/bin"
ln -s "$binary" "$work/bin/svctl"
found=$(env HOME="$work" PATH="$work/bin:$PATH" fish -c "source $work/completion.fish; complete -C 'svctl status --wa'")
[[ $found == --watch* ]] || complain "fish completes 'svctl status --wa' with '$found'"

((status)) || echo "the manual pages and completions are sound"
exit "$status"
