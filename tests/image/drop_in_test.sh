# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# What an image that was made for phusion's base relies on.

# An executable of sh to be mounted: PATH UNDER $work, commands on stdin.
executable() {
  mkdir -p "$(dirname "$work/$1")"
  { echo '#!/bin/sh' && cat; } >"$work/$1"
  chmod 755 "$work/$1"
}

environment_dumps() {
  run --rm -e 'ODD-NAME=1' -e SECRET=x "$base" /sbin/my_init --quiet -- bash -ec '
    for dump in sh json; do
      test "$(stat -c "%a %U:%G" /etc/container_environment.$dump)" = "640 root:docker_env"
      ! test -e /etc/container_environment.$dump.new
    done
    ! grep ODD-NAME /etc/container_environment.sh
    grep -q ODD-NAME /etc/container_environment.json
    getent group docker_env | grep -q :8377:
    test "$(env -i bash -lc "echo \$SECRET")" = x'
}

hooks() {
  executable pre/10_web <<<'kill -0 "$(cat /run/web.pid)" && echo "web is up"'
  executable pre/20_fails <<<'exit 3'
  executable pre/30_hangs <<<'echo hangs; sleep 1000'
  executable post/10_web <<<'kill -0 "$(cat /run/web.pid)" 2>/dev/null || echo "web is down"'
  service web <<<'command: [sh, -c, "echo $$$$ >/run/web.pid; exec sleep infinity"]'
  local container hook_dirs=(-v "$work/pre:/etc/my_init.pre_shutdown.d:ro" -v "$work/post:/etc/my_init.post_shutdown.d:ro")
  container=$(start -e KILL_PROCESS_TIMEOUT=1 "${hook_dirs[@]}" -v "$work/services:/etc/services.d:ro" "$base")
  wait_for docker exec "$container" test -s /run/web.pid
  docker stop -t 20 "$container" >/dev/null
  equal "exit code" "$(exit_code "$container")" 0
  wait_log "$container" '^web is up$'
  wait_log "$container" '^[*]{3} /etc/my_init.pre_shutdown.d/20_fails failed with status 3$'
  wait_log "$container" '^[*]{3} /etc/my_init.pre_shutdown.d/30_hangs [(]PID [0-9]+[)] did not shut down in time. Forcing it to exit.$'
  wait_log "$container" '^web is down$'
  run --rm "${hook_dirs[@]}" "$base" /sbin/my_init --skip-runit -- true >"$work/log" 2>&1
  ! grep -E 'pre_shutdown|post_shutdown|web is' "$work/log" || fail "hooks have run with --skip-runit"
}

second_one() {
  service web <<<'command: [sleep, infinity]'
  local container web status=0
  container=$(start -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" 'Started web'
  web=$(pid_of "$container" 'sleep infinity')
  docker exec "$container" /sbin/my_init --skip-runit -- sh -c 'exit 42' || status=$?
  equal "exit code of the second" "$status" 42
  equal "process of the service" "$(pid_of "$container" 'sleep infinity')" "$web"
  equal "state" "$(docker inspect -f '{{.State.Running}}' "$container")" true
}

signals() {
  equal "ignored by the main command" "$(run --rm "$base" /sbin/my_init --quiet -- awk '/SigIgn/ { print $2 }' /proc/self/status 2>/dev/null)" 0000000000000000
  service web <<<'command: [sh, -c, "awk \"/SigIgn/\" /proc/self/status; exec sleep infinity"]'
  local container
  container=$(start -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" '^web [|] SigIgn:.0{16}$'
}

stopped_by_request() { # CODE MY_INIT-OPTION...
  local container
  container=$(start "$base" /sbin/my_init "${@:2}")
  wait_log "$container" 'Started cron'
  docker stop -t 20 "$container" >/dev/null
  equal "exit code" "$(exit_code "$container")" "$1"
}

killed_main_command() {
  local status=0
  run --rm "$base" /sbin/my_init -- sh -c 'kill -KILL $$' || status=$?
  equal "exit code" "$status" 137
}

set_user() {
  equal "www-data" "$(run --rm "$base" setuser www-data sh -c 'echo $(id -un) $(id -gn) $USER $HOME $UID')" "www-data www-data www-data /var/www 33"
  local status=0
  run --rm "$base" setuser www-data no-such-program || status=$?
  equal "exit code" "$status" 127
}

# What the README of phusion/baseimage-docker tells to write into a Dockerfile.
as_their_readme_says() {
  mkdir "$work/context"
  printf '#!/bin/sh\ndate > /tmp/boottime.txt\n' >"$work/context/logtime.sh"
  printf '#!/bin/sh\necho boots with $MY_NAME\n' >"$work/context/rc.local"
  printf '#!/bin/sh\nexec /sbin/setuser nobody sleep infinity >>/var/log/sleeper.log 2>&1\n' >"$work/context/sleeper.sh"
  ssh-keygen -q -t ed25519 -N '' -f "$work/key"
  cp "$work/key.pub" "$work/context/your_key.pub"
  image my_init-their-readme <<TEXT
FROM $base
CMD ["/sbin/my_init"]
RUN mkdir /etc/service/sleeper
COPY sleeper.sh /etc/service/sleeper/run
RUN chmod +x /etc/service/sleeper/run
RUN mkdir -p /etc/my_init.d
COPY logtime.sh /etc/my_init.d/logtime.sh
COPY rc.local /etc/rc.local
RUN chmod +x /etc/my_init.d/logtime.sh /etc/rc.local
RUN echo Apachai Hopachai > /etc/container_environment/MY_NAME
RUN chmod 755 /etc/container_environment
RUN chmod 644 /etc/container_environment.sh /etc/container_environment.json
RUN rm -f /etc/service/sshd/down
RUN /etc/my_init.d/00_regen_ssh_host_keys.sh
COPY your_key.pub /tmp/your_key.pub
RUN cat /tmp/your_key.pub >> /root/.ssh/authorized_keys && rm -f /tmp/your_key.pub
RUN (crontab -l 2>/dev/null; echo '@reboot echo job of \$MY_NAME') | crontab -
RUN apt-get clean && rm -rf /var/lib/apt/lists/* /tmp/* /var/tmp/*
TEXT
  local container
  container=$(start my_init-their-readme)
  wait_log "$container" '^boots with Apachai Hopachai$'
  wait_log "$container" '^cron [|] echo: job of Apachai Hopachai$'
  wait_log "$container" 'sshd is ready'
  wait_log "$container" 'Started sleeper'
  equal "state" "$(docker exec "$container" sh -c 'sv status sleeper sshd | cut -d " " -f 1,2' | tr '\n' ' ')" "run: sleeper: run: sshd: "
  docker exec "$container" test -s /tmp/boottime.txt
  equal "as nobody" "$(docker exec "$container" setuser nobody bash -c '. /etc/container_environment.sh && echo $MY_NAME')" "Apachai Hopachai"
  docker cp "$work/key" "$container:/root/key" >/dev/null
  equal "by ssh" "$(docker exec "$container" ssh -n -o BatchMode=yes -o StrictHostKeyChecking=no -o LogLevel=ERROR -i /root/key \
    root@127.0.0.1 echo hello world)" "hello world"
  docker logs "$container" 2>&1 | grep ' [a-z]*[.]err ' && fail "there are errors in the log"
  docker stop -t 20 "$container" >/dev/null
  equal "exit code" "$(exit_code "$container")" 0
  run --rm -e MY_INIT_SSHD=false my_init-their-readme /sbin/my_init -- true >"$work/log" 2>&1
  grep 'Started sshd' "$work/log" && fail "the environment does not switch sshd off"
  true
}

it "what phusion's README tells to do works as it is" as_their_readme_says
it "K8 the dumps of the environment belong to the group docker_env, 8377; a login shell has it" environment_dumps
it "K14 hooks before and after the services' stop, with a time limit, not with --skip-runit" hooks
it "K15 my_init run again in the container leaves all else alone" second_one
it "K16 setuser runs a command as another user" set_user
it "K17 no signal is ignored in a child" signals
it "K18 a stop on request exits with 0" stopped_by_request 0
it "K18 --exit-on-term=2 gives phusion's exit code back" stopped_by_request 2 --exit-on-term=2
it "K19 a killed main command exits with 128 and the signal's number" killed_main_command
