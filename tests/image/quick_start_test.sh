# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# docs/quick-start.md, word for word.

# What is different here: a registry is not asked, and a container is there when the next command is typed.
patient_docker() {
  cat <<'SH'
set -e
docker() {
  case $1 in
    build) DOCKER_BUILDKIT=0 command docker build --network=host "${@:2}" >/dev/null ;;
    run)
      command docker run --label "$label" --network=none "${@:2}"
      [[ $2 != -d ]] || until command docker exec first svctl health --ready; do :; done
      ;;
    exec)
      command docker "$@" >out || return
      while [[ ${*: -2} == "logs worker" && ! -s out ]]; do command docker "$@" >out; done
      cat out
      ;;
    *) command docker "$@" ;;
  esac
}
SH
}

quick_start() {
  { patient_docker && tests/image/document.py docs/quick-start.md | grep -v 'Dockerfile.base'; } >"$work/script"
  mkdir "$work/here"
  (cd "$work/here" && label=$label timeout 300 bash "$work/script") >"$work/output" 2>&1 || fail "$(cat "$work/output")"
  local text
  for text in '^hello$' '^web +running' 'killed by SIGKILL' '^added +worker' '^restarted +web' '^worker [|] hello' '^report' '^0$' '^done$'; do
    grep -qE -- "$text" "$work/output" || fail "no '$text' in: $(cat "$work/output")"
  done
}

it "every command of docs/quick-start.md does what it says" quick_start
