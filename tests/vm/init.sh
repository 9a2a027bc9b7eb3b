#!/bin/sh
# shellcheck shell=dash disable=SC3040 # busybox knows pipefail
# The first process of the virtual machine that run.sh boots: runs the tests beside it, counts them in the last line and turns
# the machine off. They share: `it`, my_init as the first process of a container, waiting for events.

box_cgroup=/sys/fs/cgroup/box
log=/run/log                 # what my_init and its services write
tries=$((600 * ${slack:-1})) # of a wait, at most ten a second; the kernel makes a variable of what it does not know
passed=0
failed=0

begin() {
  busybox mount -t proc proc /proc
  busybox --install -s /usr/bin
  mount -t sysfs sysfs /sys
  mount -t devtmpfs devtmpfs /dev
  mount -t tmpfs tmpfs /run
  mount -t tmpfs tmpfs /tmp
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  ip link set lo up
  exec </dev/null >/dev/console 2>&1
  printf 'root:x:0:0::/:/bin/sh\nwww-data:x:33:33::/:/bin/sh\n' >/etc/passwd
  printf 'root:x:0:\nwww-data:x:33:\n' >/etc/group
}

# it NAME FUNCTION [ARG...]: one test. It passes when the function, under `set -e`, gets to its end.
it() {
  name=$1
  shift
  rm -rf /etc/services.d /etc/my_init.yaml /run/*
  mkdir -p /etc/services.d "$box_cgroup"
  : >"$log"
  output=$(
    set -euo pipefail
    "$@" 2>&1
  )
  status=$?
  if [ "$status" = 0 ]; then
    echo "ok    $name"
    passed=$((passed + 1))
  else
    echo "FAIL  $name"
    printf '%s\n--- log\n%s\n' "$output" "$(tail -n 30 "$log")" | sed 's/^/      /'
    failed=$((failed + 1))
  fi
  end_box
}

fail() {
  echo "$*"
  return 1
}

equal() { # WHAT ACTUAL EXPECTED
  [ "$2" = "$3" ] || fail "$1: '$2' instead of '$3'"
}

shows() { # REGEX COMMAND...: inside; whatever its exit code
  wanted=$1
  shift
  text=$(inside "$@") || true
  echo "$text" | grep -Eq -- "$wanted" || fail "no '$wanted' in: $text"
}

# ---- the container ----

service() { # NAME: its definition on stdin
  cat >"/etc/services.d/$1.yaml"
}

# Its own processes, mounts and cgroup, as a container engine makes them. The process that makes them stays outside of the
# cgroup; what the machine's other processes are is not to be seen in it.
boot() { # MY_INIT_OPTION...
  # shellcheck disable=SC2016 # for the shell inside
  /usr/bin/unshare --pid --fork --mount --mount-proc sh -c '
    echo 0 >/sys/fs/cgroup/box/cgroup.procs
    exec /usr/bin/unshare --cgroup sh -c "umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && exec my_init \"\$@\"" sh "$@"
  ' sh "$@" >"$log" 2>&1 &
  echo $! >/run/box
}

first_process() { # of the container, as the machine counts
  maker=$(cat /run/box)
  tr -d ' ' <"/proc/$maker/task/$maker/children"
}

inside() { # COMMAND...
  nsenter -t "$(first_process)" -m -p "$@"
}

wait_end() { # EXIT_CODE: of my_init
  code=0
  wait "$(cat /run/box)" || code=$?
  equal "exit code" "$code" "$1"
}

stop() {
  kill -TERM "$(first_process)"
  wait_end 0
}

end_box() {
  [ -e /run/box ] || return 0
  ! [ -d "/proc/$(cat /run/box)" ] || kill -KILL "$(first_process)"
  wait_for gone "$(cat /run/box)"
  find "$box_cgroup" -depth -type d -exec rmdir {} \;
}

# ---- waiting ----

wait_for() { # COMMAND...: until it succeeds
  tried=0
  until "$@" >/dev/null 2>&1; do
    tried=$((tried + 1))
    [ "$tried" -lt "$tries" ] || fail "in vain: $*"
    usleep 100000
  done
}

has_lines() { # N REGEX
  [ "$(grep -cE -- "$2" "$log")" -ge "$1" ]
}

wait_log() { # REGEX [N]: until N lines match
  wait_for has_lines "${2:-1}" "$1"
}

gone() { # PID
  ! kill -0 "$1"
}

last_word() { # REGEX: of the last line that matches
  grep -E -- "$1" "$log" | tail -n 1 | sed 's/.* //'
}

# ---- time that goes on whatever the clock shows: /proc/uptime, in 1/100 s ----

now() { cut -d' ' -f1 /proc/uptime | tr -d .; }

# From the first to the second such line of the log, which end with what /proc/uptime said.
between() { # REGEX FIRST SECOND
  begun=$(grep -E -- "$1" "$log" | sed -n "${2}s/.* //p" | tr -d .)
  ended=$(grep -E -- "$1" "$log" | sed -n "${3}s/.* //p" | tr -d .)
  echo $((ended - begun))
}

# Not early, and not a year late but by what a busy machine may need.
takes() { # WHAT TIME LEAST
  { [ "$2" -ge "$3" ] && [ "$2" -lt $(($3 + 3000)) ]; } || fail "$1: $2/100 s instead of $3/100 s"
}

begin
for file in /tests/*_test.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
echo "$passed passed, $failed failed"
poweroff -f
