# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# Directories of runit in the default image, with Debian's chpst, svlogd and servers.

# A file of a runit directory, executable: PATH UNDER /etc/service, its lines on stdin.
runit_file() {
  mkdir -p "$(dirname "$work/context/service/$1")"
  cat >"$work/context/service/$1"
  chmod 755 "$work/context/service/$1"
}

# web: nginx; talker: a link, says ten thousand lines at its stop; each with a logger. cache: memcached, as phusion's README
# has it.
runit_image() { # makes the image my_init-runit
  runit_file web/run <<'SH'
#!/bin/sh
exec 2>&1
exec nginx -g 'daemon off; error_log stderr;'
SH
  runit_file web/check <<'SH'
#!/bin/sh
exec curl -fs -o /dev/null http://127.0.0.1/
SH
  runit_file web/log/run <<'SH'
#!/bin/sh
exec chpst -u www-data svlogd -tt /var/log/web
SH
  runit_file talker/run <<'SH'
#!/bin/sh
exec 2>&1
exec perl -e '$| = 1; $SIG{TERM} = sub { print "line $_\n" for 1 .. 10000; exit 7 }; print "talks\n"; sleep'
SH
  runit_file talker/finish <<'SH'
#!/bin/sh
echo "finish $*"
SH
  cp -r "$work/context/service/web/log" "$work/context/service/talker/log"
  sed -i s/web/talker/ "$work/context/service/talker/log/run"
  runit_file cache/run <<'SH'
#!/bin/sh
exec /sbin/setuser memcache /usr/bin/memcached >>/var/log/memcached.log 2>&1
SH
  runit_file idle/run <<'SH'
#!/bin/sh
exec chpst -u www-data:adm -C /srv -n 5 sh -c 'echo "$(id -un) $(id -gn) $(pwd) $(nice)"; exec sleep infinity'
SH
  touch "$work/context/service/idle/down"
  cat >"$work/context/above.yaml" <<'YAML'
command: [sleep, "12345"]
depends_on: {web: {condition: service_healthy}}
YAML
  image my_init-runit <<TEXT
FROM $base
RUN install_clean nginx memcached && \
    sed -i 's,access_log .*,access_log /dev/stdout;,' /etc/nginx/nginx.conf && \
    install -d -o www-data /var/log/web /var/log/talker
COPY service /etc/service/
RUN mv /etc/service/talker /srv && ln -s /srv/talker /etc/service
COPY above.yaml /etc/services.d/
TEXT
}

sv() { docker exec "$container" sv "$@"; }

matches() { # WHAT ACTUAL REGEX
  [[ $2 =~ ^$3$ ]] || fail "$1: $2 does not match $3"
}

# What svlogd has of a service, without its times: what it has not finished before a SIGKILL is in a file @....u. Also of a
# stopped container.
current() { # CONTAINER NAME
  rm -rf "$work/logs" && mkdir "$work/logs"
  docker cp "$1:/var/log/$2" - | tar -xC "$work/logs"
  find "$work/logs" -name '@*.u' -o -name current | sort | xargs cat | cut -d ' ' -f 2-
}

has_current() { # CONTAINER NAME LINE
  current "$1" "$2" >"$work/current" && grep -qxF -- "$3" "$work/current"
}

number_of() { sv status "$1" | sed 's/^[^(]*(pid \([0-9]*\)).*/\1/'; } # SERVICE

sv_orders() {
  runit_image
  local container before
  container=$(start my_init-runit)
  wait_log "$container" 'web is healthy'
  wait_log "$container" 'Started above'
  echo "a definition waits for a directory's check"
  matches "sv status" "$(sv status web)" 'run: web: \(pid [0-9]+\) [0-9]+s; run: log: \(pid [0-9]+\) [0-9]+s'
  matches "sv status of several" "$(sv status cache idle above | tr '\n' ' ')" \
    'run: cache: \(pid [0-9]+\) [0-9]+s down: idle: [0-9]+s run: above: \(pid [0-9]+\) [0-9]+s '
  matches "sv check" "$(sv check web)" 'ok: run: web: \(pid [0-9]+\) [0-9]+s'
  before=$(number_of web)
  matches "sv restart" "$(sv restart web)" 'ok: run: web: \(pid [0-9]+\) [0-9]+s'
  [[ $(number_of web) != "$before" ]] || fail "the same nginx after sv restart"
  matches "sv stop" "$(sv stop cache)" 'ok: down: cache: [0-9]+s, normally up'
  matches "sv start" "$(sv start cache)" 'ok: run: cache: \(pid [0-9]+\) [0-9]+s'
  matches "sv up" "$(sv -v up idle)" 'ok: run: idle: \(pid [0-9]+\) [0-9]+s, normally down'
  wait_log "$container" '^idle [|] www-data adm /srv 5$'
  matches "sv down" "$(sv -v down idle)" 'ok: down: idle: [0-9]+s'
  equal "memcached runs as" "$(docker exec "$container" stat -c %U "/proc/$(number_of cache)")" memcache
  local status=0
  sv status nothing web cron >"$work/status" || status=$?
  equal "exit code" "$status" 1
  grep -qx 'fail: nothing: unable to change to service directory: file does not exist' "$work/status" || fail "$(cat "$work/status")"
}

# Milliseconds from that time (seconds since 1970) to the last line of the log that matches.
since() { # TIME REGEX
  local line
  line=$(docker logs -t "$container" 2>&1 | grep -E "$2" | tail -n 1)
  echo $((($(date -d "${line%% *}" +%s%N) - $(date -d "@$1" +%s%N)) / 1000000))
}

comes_and_goes() {
  local container at
  container=$(start my_init-runit)
  wait_log "$container" 'web is healthy'
  at=$(docker exec "$container" sh -c 'cp -r /etc/service/idle /srv/late && rm /srv/late/down && date +%s.%N && ln -s /srv/late /etc/service/late')
  wait_log "$container" 'Started late'
  at_most "a directory that comes is started after" "$(since "$at" 'Started late')" 1000 ms
  at=$(docker exec "$container" sh -c 'date +%s.%N && rm /etc/service/late')
  wait_log "$container" 'late removed'
  wait_log "$container" 'Shutting down late'
  at_most "one that goes is stopped after" "$(since "$at" 'Shutting down late')" 1000 ms
  wait_for has_current "$container" talker talks
  at=$(docker exec "$container" sh -c 'date +%s.%N && rm /etc/service/talker')
  wait_log "$container" 'Shutting down talker.log'
  at_most "one with a logger after" "$(since "$at" 'Shutting down talker[.]log')" 1000 ms
  wait_for has_current "$container" talker 'finish 7 0'
  talk | diff -q - <(current "$container" talker) || fail "lines are missing"
  no_zombies "$container"
  docker stop -t 20 "$container" >/dev/null
}

talk() { echo talks && seq -f 'line %.0f' 10000 && echo 'finish 7 0'; }

no_line_lost() {
  local container round took best=999999
  for round in 1 2 3; do
    container=$(start my_init-runit)
    wait_log "$container" 'web is healthy'
    wait_for has_current "$container" talker talks
    docker exec "$container" curl -fs -o /dev/null "http://127.0.0.1/?round=$round"
    took=$(stop_ms "$container")
    ((took < best)) && best=$took
    equal "exit code" "$(exit_code "$container")" 0
    current "$container" talker >"$work/lines"
    talk | diff -q - "$work/lines" || fail "lines of talker are missing: $(wc -l <"$work/lines") of 10002, $(tail -n 1 "$work/lines")"
    current "$container" web | grep -q "GET /?round=$round " || fail "no access in nginx's log"
    docker logs "$container" 2>&1 | grep '^talker [|]' && fail "lines of talker are in the container's log"
    docker rm "$container" >/dev/null
  done
  at_most "stop" "$best" 1000 ms
}

talks_again() { # CONTAINER
  current "$1" talker >"$work/current" && (($(grep -cx talks "$work/current") == 2))
}

killed_service() {
  local container
  container=$(start my_init-runit)
  wait_for has_current "$container" talker talks
  sv kill talker
  wait_for talks_again "$container"
  sv -v kill talker/log
  sv check talker/log
  docker stop -t 20 "$container" >/dev/null
  { printf '%s\n' talks 'finish -1 9' && talk; } | diff -q - <(current "$container" talker) || fail "lines are missing"
}

beside_package() {
  image my_init-runit-package <<TEXT
FROM $slim
RUN install_clean runit
TEXT
  run --rm my_init-runit-package timeout 60 bash -ec '
    mkdir /srv/web
    printf "#!/bin/sh\nexec sleep infinity\n" >/srv/web/run
    chmod 755 /srv/web/run
    runsv /srv/web &
    until sv check /srv/web >/dev/null; do :; done
    sv exit /srv/web
    wait
    mv /srv/web /etc/service
    exec my_init --quiet -- sv -v up web' >"$work/log" 2>&1 || fail "$(cat "$work/log")"
  grep -E '^ok: run: web: [(]pid [0-9]+[)] [0-9]+s$' "$work/log"
}

it "K10 K11 K13 nginx and memcached in runit directories, with chpst and svlogd; sv" sv_orders
it "K12 a directory that comes is started, one that goes is stopped, within a second" comes_and_goes
it "K11 docker stop: svlogd has every line, within a second" no_line_lost
it "K11 finish after a SIGKILL; the logger is started again, and has every line" killed_service
it "K13 beside Debian's package runit sv is ours, and runit's where no my_init runs" beside_package
