# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The image of examples/kubernetes under the restrictions of its deployment.yaml.

manifest=examples/kubernetes/deployment.yaml

probe() { # CONTAINER KIND: asks what the cluster would ask
  local words
  mapfile -t words < <(tests/image/pod.py "$2" "$manifest")
  docker exec "$1" "${words[@]}"
}

pod() {
  local container options
  build -t my-pages:1 examples/kubernetes
  mapfile -t options < <(tests/image/pod.py options "$manifest")
  container=$(start "${options[@]}" my-pages:1)
  wait_for probe "$container" startup 2>/dev/null
  probe "$container" readiness
  probe "$container" liveness
  docker exec "$container" svctl health
  equal "page" "$(docker exec "$container" busybox wget -qO- http://127.0.0.1:8080/)" hello
  equal "who" "$(docker exec "$container" sh -c 'id -u; id -g; grep -E "^(CapEff|NoNewPrivs)" /proc/1/status' | tr -s '\n\t ' ' ')" \
    '12345 0 CapEff: 0000000000000000 NoNewPrivs: 1 '
  docker exec "$container" sh -c '! touch /etc/here 2>/dev/null' || fail "the root file system can be written"
  wait_for docker exec "$container" test -s /tmp/rounds
}

pod_stops() {
  local container options
  mapfile -t options < <(tests/image/pod.py options "$manifest")
  container=$(start "${options[@]}" my-pages:1)
  wait_for probe "$container" startup 2>/dev/null
  at_most "stop" "$(stop_ms "$container")" 1000 ms
  equal "exit code" "$(exit_code "$container")" 0
  wait_log "$container" '^worker [|] [0-9]+ rounds$'
}

compose() {
  command -v docker-compose >/dev/null || fail "there is no docker-compose"
  local file=examples/three-services/compose.yaml
  docker-compose -f "$file" config >"$work/config"
  grep -q 'stop_grace_period: 45s' "$work/config" || fail "$(cat "$work/config")"
}

it "the pod of examples/kubernetes: its probes, an arbitrary user, nothing writable but /run and /tmp, no capability" pod
it "the pod of examples/kubernetes stops in order" pod_stops
it "docker compose takes examples/three-services/compose.yaml" compose
