#!/usr/bin/env bash
# The layers' order: a file may include headers of its own layer and of those named here, an arrow of
# ARCHITECTURE each. Also: yaml-cpp and Boost in one file each, spdlog in log and app, nlohmann-json in protocol only,
# and in the tests' browser.
set -euo pipefail
cd "$(dirname "$0")/../.."

declare -A may_include=(
  [base]=""
  [core]="base"
  [config]="core base"
  [os]="base"
  [log]="base"
  [protocol]="base"
  [app]="base core config os log protocol"
  [programs]="app base protocol config core os log"
)
status=0
complain() {
  echo "$1"
  status=1
}

sources() {
  find include src -name '*.hpp' -o -name '*.cpp' | sort
}

layer_of() {
  case $1 in
    include/my_init/*/*) cut -d/ -f3 <<<"$1" ;;
    src/*/*) cut -d/ -f2 <<<"$1" ;;
    *) echo "none" ;;
  esac
}

while IFS= read -r file; do
  layer=$(layer_of "$file")
  if [[ -z ${may_include[$layer]+known} ]]; then
    complain "$file: belongs to no layer of tests/structure/include_order.sh"
    continue
  fi
  while IFS=: read -r line used; do
    [[ " $layer ${may_include[$layer]} " == *" $used "* ]] ||
      complain "$file:$line: $layer must not include $used"
  done < <(sed -nE 's@^ *# *include *"my_init/([a-z_]+)/.*@\1@;T;=;p' "$file" | paste -d: - -)
done < <(sources)

yaml_users=$(grep -rlE '# *include *[<"]yaml-cpp' include src tests || true)
if [[ $(wc -w <<<"$yaml_users") -gt 1 || -n ${yaml_users##src/config/*.cpp} ]]; then
  complain "yaml-cpp belongs into one source file of src/config, not into: ${yaml_users//$'\n'/ }"
fi
spdlog_users=$(grep -rlE '# *include *[<"]spdlog' include src tests | grep -vE '^(src|include/my_init)/(log|app)/' || true)
[[ -z $spdlog_users ]] || complain "spdlog belongs into log and app only, not into: ${spdlog_users//$'\n'/ }"
boost_users=$(grep -rlE '# *include *[<"]boost/' include src tests | grep -vxE 'src/app/http_(request|status)\.cpp' || true)
[[ -z $boost_users ]] || complain "Boost belongs into src/app/http_request.cpp and http_status.cpp only, not into: ${boost_users//$'\n'/ }"

json_users=$(grep -rlE '# *include *<nlohmann' include src tests | grep -vE '^(src/protocol/|tests/system/browser\.)' || true)
[[ -z $json_users ]] || complain "nlohmann-json belongs into src/protocol and tests/system/browser only, not into: ${json_users//$'\n'/ }"

((status)) || echo "$(sources | wc -l) files keep the order of the layers"
exit "$status"
