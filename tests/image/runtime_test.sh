# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The options that people give to `docker run`.

# A service that traps SIGTERM, a start-up script would be the image's matter.
trap_service() {
  service web <<'YAML'
command: [sh, -c, 'trap "echo web got TERM; exit 0" TERM; echo "web as $$(id -u):$$(id -g)"; while :; do sleep 0.1; done']
YAML
}

restricted() { # DOCKER-OPTION...
  trap_service
  local container
  container=$(start -u 12345:0 --read-only --cap-drop ALL --security-opt no-new-privileges "$@" \
    -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" 'web as 12345:0'
  at_most "stop" "$(stop_ms "$container")" 1000 ms
  wait_log "$container" 'web got TERM'
  equal "exit code" "$(exit_code "$container")" 0
}

many_descriptors() {
  # Not every machine lets an engine go as far as 1073741816.
  local limit=1073741816 n container started last
  run --rm --ulimit "nofile=$limit" "$base" true >/dev/null 2>&1 || limit=$(run --rm "$base" bash -c 'ulimit -Hn')
  for ((n = 1; n <= 50; n++)); do
    service "s$n" <<<"command: [sh, -c, 'echo s$n up; exec sleep infinity']"
  done
  container=$(start --ulimit "nofile=$limit" -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" '^s[0-9]+ [|] s[0-9]+ up$' 50
  started=$(event_time "$container" start)
  last=$(date -d "$(docker logs -t "$container" 2>&1 | grep ' up$' | sort | tail -n 1 | cut -d' ' -f1)" +%s%N)
  at_most "50 services with $limit descriptors" $(((last - started) / 1000000)) 1100 ms
}

open_stdout() { # DOCKER-OPTION...
  service app <<'YAML'
command: [sh, -c, 'echo "via stdout" >/dev/stdout && echo "via stderr" >/dev/stderr && echo "both opened" && exec sleep infinity']
user: "1000:1000"
restart: "no"
YAML
  local container
  container=$(start "$@" -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" 'both opened'
  wait_log "$container" 'via stdout'
  wait_log "$container" 'via stderr'
}

not_pid_one() {
  trap_service
  local container status=0
  container=$(start --init -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" 'web as 0:0'
  at_most "stop" "$(stop_ms "$container")" 1000 ms
  wait_log "$container" 'web got TERM'
  equal "exit code" "$(exit_code "$container")" 0
  run --rm --init "$base" /sbin/my_init -- sh -c 'exit 42' || status=$?
  equal "exit code of the main command" "$status" 42
}

# A main command that says whether its group has the terminal (fields 5 and 8 of stat), and what it hears.
talker='
trap "echo got INT" INT
read -r _ _ _ _ group _ _ foreground _ </proc/$$/stat
test "$group" = "$foreground" && echo in the foreground
until [[ ${line:-} == end ]]; do read -r line || true; done
exit 7'

on_a_terminal() {
  local container client
  container=$(docker create -it --label "$label" --network=none "$base" /sbin/my_init --quiet -- bash -c "$talker")
  mkfifo "$work/keys"
  exec 3<>"$work/keys"
  : >"$work/screen"
  script -qec "docker start -ai $container" /dev/null <"$work/keys" >"$work/screen" &
  client=$!
  wait_line "$work/screen" 'in the foreground'
  printf '\003' >&3
  wait_line "$work/screen" 'got INT'
  printf 'end\n' >&3
  wait "$client" || true
  equal "times that ^C came" "$(grep -c 'got INT' "$work/screen")" 1
  equal "exit code" "$(exit_code "$container")" 7
}

# As an engine for cgroup version 2 makes it, also where one for version 1 is at work: the container's first process
# is in a group of its own, which is the root of all that it sees.
own_cgroup() {
  local mount group container
  mount=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
  group=$mount/my_init-test-$$
  mkdir "$group" || {
    echo "skipped: no group can be made in cgroup version 2 (${mount:-not mounted})"
    return
  }
  service web <<<"command: [sh, -c, 'setsid env -i sleep 4321 & exec sleep infinity']"
  container=$(start --cap-add SYS_ADMIN --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    -v "$work/services:/etc/services.d:ro" -v "$group:/group" "$base" sh -c 'echo $$ >/group/cgroup.procs
      exec unshare -C sh -c "umount -R /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && exec my_init"')
  wait_log "$container" 'Started web'
  wait_for docker exec "$container" pgrep -f '^sleep 4321' >/dev/null
  docker exec "$container" svctl status web | grep -F 'followed by: cgroup v2' >/dev/null || fail "not followed by cgroup"
  docker exec "$container" svctl stop web
  ! docker exec "$container" pgrep -f '^sleep 4321' || fail "the daemon without a marker is still there"
  at_most "stop" "$(stop_ms "$container")" 1000 ms
  equal "exit code" "$(exit_code "$container")" 0
  rmdir "$group"
}

it "E8 restricted user, read-only root, no capabilities, no new privileges" restricted
it "E8 the same with a tmpfs on /run" restricted --tmpfs /run
it "E9 50 services start within 1 s under a huge descriptor limit" many_descriptors
it "E10 uid 1000 opens /dev/stdout and /dev/stderr" open_stdout
it "E10 the same on a terminal" open_stdout -t
it "L17 under docker run --init" not_pid_one
it "L18 a main command on a terminal has the foreground and hears ^C once" on_a_terminal
it "S3 in a cgroup of its own a daemon without a marker ends with its service" own_cgroup
