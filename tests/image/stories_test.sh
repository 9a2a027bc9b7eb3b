# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The stories this project exists for.

# ---- a web server, its CGI script, and the grep that the script leaves behind ----

cgi_image() { # makes the image my_init-cgi
  mkdir -p "$work/context"
  cat >"$work/context/search" <<'SH'
#!/bin/bash
printf 'Content-Type: text/plain\r\n\r\nsearching\n'
grep end /srv/fifo >/dev/null &
echo "$$ $!" >/srv/pids.new && mv /srv/pids.new /srv/pids
wait
SH
  cat >"$work/context/site.conf" <<'CONF'
server {
  location / {
    include fastcgi_params;
    fastcgi_param SCRIPT_FILENAME /srv/search;
    fastcgi_pass 127.0.0.1:9000;
  }
}
CONF
  cat >"$work/context/web.yaml" <<'YAML'
services:
  cgi:
    command: [fcgiwrap, -s, "tcp:127.0.0.1:9000"]
    ready: {tcp: "127.0.0.1:9000"}
  web:
    command: [nginx, -g, daemon off;]
    depends_on: {cgi: {condition: service_healthy}}
    ready: {tcp: "127.0.0.1:80"}
YAML
  chmod 755 "$work/context/search"
  image my_init-cgi <<TEXT
FROM $base
RUN install_clean nginx fcgiwrap
RUN rm /etc/nginx/sites-enabled/default && mkfifo /srv/fifo
COPY search /srv/
COPY site.conf /etc/nginx/conf.d/
COPY web.yaml /etc/services.d/
TEXT
}

cgi_script_is_killed() {
  cgi_image
  local container
  container=$(start my_init-cgi)
  wait_log "$container" 'web is ready'
  docker exec "$container" timeout 60 bash -ec '
    curl -sN http://127.0.0.1/ >/dev/null &
    until test -e /srv/pids; do :; done
    read -r script grep </srv/pids
    kill -KILL "$script"
    while kill -0 "$script"; do :; done 2>/dev/null
    kill -0 "$grep"
    echo end >/srv/fifo
    while kill -0 "$grep"; do :; done 2>/dev/null' || fail "grep is not reaped"
  echo "kill -0 fails for the script and for the grep that it left behind"
  no_zombies "$container"
  docker stop -t 20 "$container" >/dev/null
  equal "exit code" "$(exit_code "$container")" 0
}

# ---- a process monitor ----

monitor_is_not_fooled() {
  local container
  container=$(start "$base")
  docker exec "$container" timeout 60 bash -ec '
    monitor() { start-stop-daemon --pidfile /run/daemon.pid --name sleep "$@"; }
    daemon() { monitor --start --background --make-pidfile --exec /usr/bin/sleep infinity; }
    daemon
    until monitor --status; do :; done
    kill -KILL "$(cat /run/daemon.pid)"
    while kill -0 "$(cat /run/daemon.pid)"; do :; done 2>/dev/null
    ! monitor --status
    daemon
    until monitor --status; do :; done' || fail "the monitor takes a dead daemon for a living one"
}

# ---- PID 1 by other means ----

inits_image() { # makes the image my_init-inits
  mkdir -p "$work/context"
  cp tests/image/inits/app "$work/context/app"
  image my_init-inits <<TEXT
FROM $slim
RUN install_clean tini dumb-init
COPY app /app
RUN mkdir /data
TEXT
}

# A helper is a sh first.
all_helpers_have_ended() { ! docker top "$1" -eo pid,comm | grep -qE ' (sh|sleep)$'; }

state_of() { # FILE: how much of it has been written
  if [[ $(wc -l <"$work/data/$1") == 2 ]]; then echo whole; else echo half; fi
}

row() { # NAME COMMAND...: prints a row of the table in README
  local container zombies
  rm -rf "$work/data" && mkdir "$work/data"
  container=$(start -v "$work/data:/data" my_init-inits "${@:2}")
  wait_log "$container" '^started$'
  wait_for test -s "$work/data/own"
  wait_for test -s "$work/data/background"
  wait_for all_helpers_have_ended "$container"
  for _ in {1..20}; do # who reaps may not have done so yet
    zombies=$(zombies "$container" | wc -l)
    ((zombies)) || break
  done
  docker stop -t 4 "$container" >/dev/null
  echo "| $1 | $zombies | $(state_of own) | $(state_of background) | $(exit_code "$container") |"
  docker rm "$container" >/dev/null
}

inits_compared() {
  inits_image
  echo '| PID 1 | zombies | its own file | file of its background process | exit code |'
  echo '|---|---|---|---|---|'
  row '`CMD ["/app"]`' /app
  row '`bash -c`' bash -c '/app; exit $?'
  row 'tini' tini -- /app
  row 'dumb-init' dumb-init -- /app
  row 'my_init' /sbin/my_init --quiet -- /app | tee "$work/ours"
  equal "ours" "$(cat "$work/ours")" '| my_init | 0 | whole | whole | 0 |'
}

# ---- an application of three services ----

visits() { docker exec "$1" curl -fsS http://127.0.0.1/; }

three_services() {
  build -t my_init-three-services examples/three-services
  local container old
  container=$(start my_init-three-services)
  wait_log "$container" 'migrate completed'
  wait_log "$container" 'web is ready'
  wait_log "$container" 'web is healthy'
  equal "first visit" "$(visits "$container")" "1 visits"
  wait_log "$container" '^web [|] .*"GET / HTTP/1.1" 200'

  old=$(pid_of "$container" 'busybox httpd')
  docker exec "$container" sh -c 'kill -KILL $(pidof busybox | tr " " "\n" | while read -r p; do grep -qz httpd /proc/$p/cmdline && echo $p; done)'
  gone "$old"
  wait_log "$container" 'app is ready' 2
  equal "visit after a crash" "$(visits "$container")" "2 visits"

  at_most "stop" "$(stop_ms "$container")" 3000 ms
  equal "exit code" "$(exit_code "$container")" 0
  wait_log "$container" 'database system is shut down'
  equal "order of the stop" "$(docker logs "$container" 2>&1 | sed -nE 's/^[*]{3} Shutting down (web|app|db) .*/\1/p' | tr '\n' ' ')" "web app db "
  docker start "$container" >/dev/null
  wait_log "$container" 'web is ready' 2
  equal "visit of the second run" "$(visits "$container")" "3 visits"
}

it "T2 a CGI script is killed, and the grep that it leaves behind is reaped" cgi_script_is_killed
it "T7 a process monitor that trusts kill -0 is not fooled by a zombie" monitor_is_not_fooled
it "T5 the same program under other inits: zombies, and files when the container is stopped" inits_compared
it "T8 PostgreSQL, a migration, an application and nginx: one directory of services" three_services
