# shellcheck shell=bash
# What README's first page shows: nginx and a worker.

http_status() { # CONTAINER: the first line that nginx answers
  docker exec "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/80; printf "GET / HTTP/1.0\r\n\r\n" >&3; head -n 1 <&3 | tr -d "\r"'
}

first_page() {
  build -t my-app examples/nginx
  local container old
  container=$(start my-app)
  wait_log "$container" '^worker [|] [A-Z][a-z]{2} .*20[0-9]{2}$' # the worker's date
  equal "answer" "$(http_status "$container")" "HTTP/1.1 200 OK"
  wait_log "$container" '^web [|] .*"GET / HTTP/1.0" 200'

  old=$(pid_of "$container" 'nginx: master')
  docker exec "$container" bash -c 'kill -KILL "$(cat /run/nginx.pid)"'
  gone "$old"
  wait_log "$container" "web.*SIGKILL"
  until [[ $(http_status "$container" 2>/dev/null) == "HTTP/1.1 200 OK" ]]; do :; done
  echo "nginx answers again after a crash"

  old=$(docker exec "$container" sh -c 'sh -c "sleep 0.5 & echo \$!"')
  timeout 20 docker exec "$container" sh -c "while test -d /proc/$old; do :; done" || fail "orphan $old is not reaped"
  no_zombies "$container"

  at_most "stop" "$(stop_ms "$container")" 1000 ms
  equal "exit code" "$(exit_code "$container")" 0
}

it "I3 nginx and a worker, as in the README: output, restart after a crash, orphans, stop" first_page
