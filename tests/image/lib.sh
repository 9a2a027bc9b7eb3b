# shellcheck shell=bash disable=SC2034 # used by the tests
# What the tests of the image share: `it`, containers that go away with their test, waiting for events.

base=${MY_INIT_TEST_IMAGE:-our-baseimage} # the default image; $slim is that without services
slim=$base-slim
label=my_init-image-test
passed=0
failed=0

# it NAME FUNCTION [ARG...]: one test. It passes when the function, under `set -e`, gets to its end.
it() {
  local name=$1 output status
  shift
  work=$(mktemp -d)
  output=$(
    set -euo pipefail
    "$@" 2>&1
  )
  status=$?
  if ((status == 0)); then
    echo "ok    $name"
    [[ -z $output ]] || printf '      %s\n' "${output//$'\n'/$'\n'      }"
    passed=$((passed + 1))
  else
    echo "FAIL  $name"
    printf '      %s\n' "${output//$'\n'/$'\n'      }"
    failed=$((failed + 1))
  fi
  docker ps -aq --filter "label=$label" | xargs -r docker rm -f >/dev/null
  rm -rf "$work"
}

fail() {
  echo "$*"
  for container in $(docker ps -aq --filter "label=$label"); do
    echo "--- log of container $container"
    docker logs "$container" 2>&1 | tail -n 30
  done
  return 1
}

equal() { # WHAT ACTUAL EXPECTED
  [[ $2 == "$3" ]] || fail "$1: $2 instead of $3"
}

# A limit of time is $MY_INIT_TEST_SLACK times as wide (1 unless set), as in the tests of the system.
at_most() { # WHAT NUMBER LIMIT UNIT
  local limit=$3
  [[ $4 != ms ]] || limit=$(($3 * ${MY_INIT_TEST_SLACK:-1}))
  echo "$1: $2 $4 (limit $limit)"
  (($2 <= limit)) || fail "$1: too much"
}

run() { docker run --label "$label" --network=none "$@"; } # DOCKER-OPTION... IMAGE [COMMAND...]
start() { run -d "$@"; }

# Waits until the log of the container has N lines that match.
wait_log() { # CONTAINER REGEX [N]
  local count=${3:-1} seen
  # Follows the log; this process ends with the container.
  seen=$(timeout 30 grep -E -m "$count" -c -- "$2" < <(exec docker logs -f "$1" 2>&1)) || true
  ((${seen:-0} >= count)) || fail "no $count lines '$2' in the log of $1"
}

wait_for() { # COMMAND...: waits until it succeeds
  local deadline=$((SECONDS + 30))
  until "$@"; do
    ((SECONDS < deadline)) || fail "in vain for 30 s: $*"
  done
}

wait_line() { # FILE TEXT: waits until the growing file has it
  timeout 30 grep -qF -m 1 -- "$2" < <(exec tail -n +1 -f "$1") || fail "no '$2' in: $(cat "$1")"
}

pid_of() { # CONTAINER REGEX: the first process in the container with such a command line, as the host counts
  docker top "$1" -eo pid,args | awk -v r="$2" 'NR > 1 && $0 ~ r { print $1; exit }'
}

# What has ended and is not reaped. `docker top` would not show it: it asks the cgroup, which a zombie has left.
zombies() { # CONTAINER (one with a shell and grep)
  docker exec "$1" sh -c 'grep -ls "^State:.Z" /proc/[0-9]*/status' || true
}

no_zombies() { # CONTAINER: waits until all that has ended is reaped
  local tries
  for ((tries = 0; tries < 50; tries++)); do
    [[ $(zombies "$1") ]] || return 0
  done
  fail "zombies: $(zombies "$1")"
}

gone() { # PID (of the host): waits until nothing of it is left, not even a zombie
  timeout 20 tail --pid="$1" -s 0.05 -f /dev/null || fail "process $1 is still there"
}

# Nanoseconds since 1970 of the last such event of the container: kill, die, start, ...
event_time() { # CONTAINER EVENT
  docker events --since 10m --until "$(date +%s.%N)" --filter "container=$1" --filter "event=$2" --format '{{.TimeNano}}' | tail -n 1
}

stop_ms() { # CONTAINER: stops it; milliseconds from the signal to the end of PID 1
  docker stop -t 20 "$1" >/dev/null
  echo $((($(event_time "$1" die) - $(event_time "$1" kill)) / 1000000))
}

size_of() { docker image inspect -f '{{.Size}}' "$1"; }

exit_code() { docker inspect -f '{{.State.ExitCode}}' "$1"; }

# Quiet but for errors; BuildKit would want its plugin and a registry for what it finds here.
build() { # DOCKER-OPTION... DIRECTORY
  DOCKER_BUILDKIT=0 docker build --network=host "$@" >"$work/build.log" 2>&1 || fail "$(tail -n 30 "$work/build.log")"
}

# An image from the files in $work/context and a Dockerfile on stdin.
image() { # TAG
  mkdir -p "$work/context"
  build -t "$1" -f - "$work/context"
}

# Lays definitions into a directory to mount over /etc/services.d: NAME on the command line, YAML on stdin.
service() { # NAME
  mkdir -p "$work/services"
  cat >"$work/services/$1.yaml"
}
