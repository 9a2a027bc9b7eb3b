# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The default image: what it has beside slim, and how each service is switched.

full_on() { # BASE_IMAGE TAG
  build -f Dockerfile.base --build-arg "BASE_IMAGE=$1" -t "$2" .
  at_most "$2 over $1" $(($(size_of "$2") - $(size_of "$1"))) 60000000 bytes
  run --rm "$2" /sbin/my_init --quiet -- sh -ec '
    command -v cron logrotate sshd curl less setuser install_clean >/dev/null
    test "$(locale charmap)" = UTF-8
    test "$LANG" = en_US.UTF-8
    test -z "$(ls /etc/ssh/ssh_host_* 2>/dev/null)"
    /etc/cron.daily/logrotate'
}

# Names of the processes that run beside a main command, with these options of docker run.
beside() { # DOCKER-OPTION...
  run --rm "$@" "$base" /sbin/my_init --quiet -- sh -c 'cat /proc/[0-9]*/comm | sort -u' 2>/dev/null |
    grep -xE 'busybox|cron|sshd' | tr '\n' ' '
}

switches() {
  equal "by default" "$(beside)" "busybox cron "
  equal "without cron" "$(beside -e MY_INIT_CRON=false)" "busybox "
  equal "without syslog" "$(beside -e MY_INIT_SYSLOG=false)" "cron "
  equal "with sshd" "$(beside -e MY_INIT_SSHD=true)" "busybox cron sshd "
}

cron_jobs() {
  cat >"$work/greet" <<'SH'
#!/bin/sh
printf '<%s> in %s\n' "$GREETING" "$LANG"
SH
  printf '@reboot root /usr/local/bin/greet\n@reboot www-data WHO=1 id -un\n@reboot root ls /nowhere\n' >"$work/jobs"
  chmod 755 "$work/greet"
  chmod 644 "$work/jobs"
  local container round
  container=$(start -e GREETING=$'hello\n\n"$world" = 5 #1' \
    -v "$work/greet:/usr/local/bin/greet:ro" -v "$work/jobs:/etc/cron.d/jobs:ro" "$base")
  for round in 1 2; do
    wait_log "$container" '^cron [|] greet: <hello$' $round
    wait_log "$container" '^cron [|] greet: "[$]world" = 5 #1> in en_US.UTF-8$' $round
    wait_log "$container" '^cron [|] id: www-data$' $round
    wait_log "$container" "^cron [|] ls: .*'/nowhere'" $round
    wait_log "$container" '^syslog [|] .* cron.info CRON.*[(]root[)] CMD [(]/usr/local/bin/greet[)]$' $round
    ((round == 2)) || docker restart -t 20 "$container" >/dev/null
  done
}

syslog_lines() {
  local container
  container=$(start "$base")
  wait_log "$container" 'Started cron'
  docker exec "$container" logger -t shop -p user.warning "low stock"
  wait_log "$container" '^syslog [|] .* user.warn shop: low stock$'
}

broken_logger() { # COMMAND OF SYSLOG
  echo "command: [$1]" >"$work/syslog.override.yaml"
  local status=0
  run --rm -v "$work/syslog.override.yaml:/etc/services.d/syslog.override.yaml:ro" "$base" \
    /sbin/my_init -- sh -c 'exit 42' || status=$?
  equal "exit code of the main command" "$status" 42
}

ssh_in() { # CONTAINER SSH-ARGUMENT...
  docker exec "$1" ssh -n -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR \
    -i /root/.ssh/insecure_key root@127.0.0.1 "${@:2}"
}

sshd_on() {
  local container old
  mkdir "$work/out"
  container=$(start -e MY_INIT_SSHD=true -v "$work/out:/out" "$base" /sbin/my_init --enable-insecure-key)
  wait_log "$container" 'sshd is ready'
  wait_log "$container" 'Insecure: root may come in by ssh with the key'
  equal "answer" "$(ssh_in "$container" 'echo in as $(id -un)')" "in as root"
  equal "ways in" "$(docker exec "$container" sshd -T | grep -E '^(password|kbdinteractive)authentication yes')" ""
  ssh_in "$container" '(sleep 0.1 &); setsid sh -c "trap \"echo bye >/out/bye; exit 0\" TERM; touch /out/up; while :; do sleep 0.1; done" >/dev/null 2>&1 &'
  wait_for test -e "$work/out/up"
  old=$(pid_of "$container" 'trap')
  [[ $old ]] || fail "the session has left nothing behind"
  echo "a background process outlives its session"
  no_zombies "$container"
  docker stop -t 20 "$container" >/dev/null
  equal "exit code" "$(exit_code "$container")" 0
  equal "last word" "$(cat "$work/out/bye")" bye
}

host_keys_are_its_own() {
  local keys='/sbin/my_init --quiet -- sha256sum /etc/ssh/ssh_host_ed25519_key'
  # shellcheck disable=SC2086 # words
  [[ $(run --rm -e MY_INIT_SSHD=true "$base" $keys 2>/dev/null) != "$(run --rm -e MY_INIT_SSHD=true "$base" $keys 2>/dev/null)" ]] ||
    fail "two containers have the same host key"
}

# What a loaded machine may add to a limit of time.
tolerance=100

# Shortest of five: what the machine does beside that is not ours.
one_shot_time() {
  local round container took best=999999
  for round in 1 2 3 4 5; do
    container=$(start "$base" /sbin/my_init -- true)
    docker wait "$container" >/dev/null
    took=$((($(event_time "$container" die) - $(event_time "$container" start)) / 1000000))
    ((took < best)) && best=$took
  done
  at_most "my_init -- true" "$best" $((150 + tolerance)) ms
}

stop_time() {
  local round container took best=999999
  for round in 1 2 3; do
    container=$(start "$base")
    wait_log "$container" 'Started cron'
    took=$(stop_ms "$container")
    equal "exit code" "$(exit_code "$container")" 0
    ((took < best)) && best=$took
  done
  at_most "stop" "$best" $((300 + tolerance)) ms
}

it "I2 full builds on debian:trixie-slim, at most 60 MB over it, with all that it should have" full_on debian:trixie-slim "$base"
it "I2 full builds on debian:bookworm-slim, at most 60 MB over it, with all that it should have" full_on debian:bookworm-slim "$base-bookworm"
it "I4 cron, syslog and sshd are switched when the container is run" switches
it "I5 cron jobs: the container's environment, output under the job's name, @reboot on every start" cron_jobs
it "I6 what is sent to /dev/log is in the container's log with tag and priority" syslog_lines
it "I6 a logger that ends at once does not stop the boot" broken_logger /bin/false
it "I6 a logger that hangs does not stop the boot" broken_logger "sleep, infinity"
it "I7 T4 sshd: keys only; what a session leaves behind is reaped, and stopped at the end" sshd_on
it "I7 every container has host keys of its own" host_keys_are_its_own
it "K20 my_init -- true in the default image takes less than 150 ms" one_shot_time
it "K20 I9 the default image stops within 300 ms" stop_time
