# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The image with my_init alone, on both releases of Debian.

slim_on() { # BASE_IMAGE TAG
  build -f Dockerfile.base --target slim --build-arg "BASE_IMAGE=$1" -t "$2" .
  at_most "$2 over $1" $(($(size_of "$2") - $(size_of "$1"))) 3500000 bytes
  equal "command" "$(docker image inspect -f '{{json .Config.Cmd}}' "$2")" '["/sbin/my_init"]'
  run --rm "$2" /sbin/my_init --version
  local status=0
  run --rm "$2" /sbin/my_init -- sh -c 'exit 42' || status=$?
  equal "exit code of the main command" "$status" 42
  run --rm "$2" sh -c 'for d in /etc/my_init.d /etc/services.d /etc/service /etc/my_init.pre_shutdown.d; do test -d $d; done'
  equal "environment directory" "$(run --rm "$2" stat -c '%a %U' /etc/container_environment)" "700 root"
  equal "environment dump" "$(run --rm "$2" stat -c '%a %U:%G' /etc/container_environment.sh)" "640 root:docker_env"
}

install_clean_like_apt() {
  # An option goes to apt, and an argument with a space stays one.
  docker run --rm --network=host "$slim" sh -c '
    install_clean no-such-package-anywhere
    echo "status $?, $(ls /var/lib/apt/lists | wc -l) lists"
    install_clean -s -o "Dpkg::Options::=--a b" hello
    echo "status $?, $(ls /var/lib/apt/lists | wc -l) lists"' >"$work/log" 2>&1
  grep -E '^(Inst|status)' "$work/log" | cut -d'(' -f1 >"$work/found" || true
  [[ $(tr '\n' ';' <"$work/found") == "status 100, 0 lists;Inst hello ;status 0, 0 lists;" ]] || fail "$(cat "$work/log")"
}

idle_services() {
  service one <<<'command: [sleep, infinity]'
  service two <<<'command: [sleep, infinity]'
  service three <<<'{command: [sleep, infinity], depends_on: [one, two]}'
}

stop_and_start_again() {
  idle_services
  local container
  container=$(start -v "$work/services:/etc/services.d:ro" "$slim")
  wait_until_runs "$container" 3
  at_most "stop" "$(stop_ms "$container")" 300 ms
  equal "exit code" "$(exit_code "$container")" 0
  docker start "$container" >/dev/null
  wait_until_runs "$container" 3
  at_most "stop of the second run" "$(stop_ms "$container")" 300 ms
  equal "exit code of the second run" "$(exit_code "$container")" 0
}

# Waits until so many `sleep` processes run in the container.
wait_until_runs() { # CONTAINER N
  local tries
  for ((tries = 0; tries < 300; tries++)); do
    (($(docker top "$1" -eo pid,comm 2>/dev/null | grep -c ' sleep$') == $2)) && return
  done
  fail "there are not $2 services"
}

it "I1 I2 slim builds on debian:trixie-slim, at most 3.5 MB over it" slim_on debian:trixie-slim "$slim"
it "I1 I2 slim builds on debian:bookworm-slim, at most 3.5 MB over it" slim_on debian:bookworm-slim "$slim-bookworm"
it "I9 docker stop of idle services takes at most 300 ms and exits with 0; docker start works again" stop_and_start_again
it "I10 install_clean keeps the exit code of apt, passes its arguments and cleans the lists" install_clean_like_apt
