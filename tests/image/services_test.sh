# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# Real servers from Debian: PostgreSQL, which is made for a full init, and nginx with its own daemon.

postgresql_and_nginx() { # makes the image my_init-servers
  mkdir -p "$work/context"
  cat >"$work/context/db.yaml" <<'YAML'
command:
  - sh
  - -c
  - exec /usr/lib/postgresql/*/bin/postgres -D /var/lib/postgresql/*/main
      -c config_file="$$(echo /etc/postgresql/*/main/postgresql.conf)" -c unix_socket_directories=/tmp
user: postgres
stop_signal: SIGINT
ready: {notify: true}
healthcheck: {test: [CMD, pg_isready, -q, -h, /tmp], interval: 300ms}
YAML
  cat >"$work/context/web.yaml" <<'YAML'
type: forking
command: [nginx]
pid_file: /run/nginx.pid
stop_signal: SIGQUIT
ready: {http: "http://127.0.0.1/"}
depends_on: {db: {condition: service_healthy}}
YAML
  cat >"$work/context/writer.yaml" <<'YAML'
type: oneshot
command: [psql, -q, -h, /tmp, -c, "create table if not exists runs (at timestamptz); insert into runs values (now())"]
user: postgres
depends_on: {db: {condition: service_healthy}}
schedule: {every: 1s}
YAML
  image my_init-servers <<TEXT
FROM $base
RUN install_clean nginx postgresql
COPY db.yaml web.yaml writer.yaml /etc/services.d/
TEXT
}

servers() {
  postgresql_and_nginx
  local container old
  container=$(start my_init-servers)
  wait_log "$container" 'db is ready'
  wait_log "$container" 'db is healthy'
  wait_log "$container" 'web is ready'
  wait_log "$container" 'ready to accept connections'

  old=$(pid_of "$container" 'nginx: master')
  docker exec "$container" bash -c 'kill -KILL "$(cat /run/nginx.pid)"'
  gone "$old"
  wait_log "$container" 'web is ready' 2
  echo "the daemon is followed, and started again after its crash"

  wait_log "$container" 'writer completed' 2
  no_zombies "$container"
  at_most "stop" "$(stop_ms "$container")" 3000 ms
  equal "exit code" "$(exit_code "$container")" 0
  wait_log "$container" 'database system is shut down'
  docker start "$container" >/dev/null
  wait_log "$container" 'db is healthy' 2
  docker logs "$container" 2>&1 | grep -E 'automatic recovery|not properly shut down' && fail "PostgreSQL had to recover"
  docker stop -t 20 "$container" >/dev/null
}

three_sleep() { (($(docker top "$1" -eo pid,comm | grep -c ' sleep$') == 3)); }

escaped() {
  service web <<'YAML'
command: [sh, -c, '(setsid sleep 1000 &); (setsid env -i sleep 2000 &); echo both; exec sleep infinity']
stop_signal: SIGKILL
YAML
  local container
  container=$(start -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" '^web [|] both$'
  wait_for three_sleep "$container"
  docker kill -s USR2 "$container" >/dev/null
  wait_log "$container" 'stray: [0-9]+ \(sleep\) of web'
  wait_log "$container" 'stray: [0-9]+ \(sleep\)$'
  at_most "stop" "$(stop_ms "$container")" 300 ms
  equal "exit code" "$(exit_code "$container")" 0
}

budget() {
  service web <<'YAML'
command: [sh, -c, 'trap "" TERM; echo web up; while :; do sleep 1; done']
stop_grace_period: 60s
depends_on: [db]
YAML
  service db <<'YAML'
command: [sh, -c, 'trap "sleep 2; echo db is done; exit 0" TERM; echo db up; while :; do sleep 0.1; done']
YAML
  local container
  container=$(start -e MY_INIT_SHUTDOWN_TIMEOUT=8s -v "$work/services:/etc/services.d:ro" "$base")
  wait_log "$container" 'web up'
  wait_log "$container" 'db up'
  at_most "stop" "$(stop_ms "$container")" 8000 ms
  equal "exit code" "$(exit_code "$container")" 0
  wait_log "$container" 'db is done'
  wait_log "$container" 'web .*has used up its share of the shutdown time'
}

it "T1 T3 T6 nginx with its own daemon, PostgreSQL that tells when it is ready: crash, schedule, stop in the middle, start" servers
it "S3 daemons that escaped are named and gone after the stop" escaped
it "S8 a shutdown budget of 8 s leaves the last service its 2 s" budget
