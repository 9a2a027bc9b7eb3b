# shellcheck shell=dash disable=SC2016,SC2154 # commands for the shell inside; variables of init.sh
# What is the same on every processor, shown on one that this machine does not have.

main_command() {
  boot --skip-services -- sh -c 'exit 42'
  wait_end 42
  boot --skip-services -- sh -c 'kill -KILL $$'
  wait_end 137
}

restart() {
  service web <<'YAML'
command: [sh, -c, 'echo web is $$$$; exec sleep 1000']
YAML
  boot
  wait_log '^web [|] web is'
  first=$(last_word '^web [|] web is')
  inside kill -KILL "$first"
  wait_log '^web [|] web is' 2
  [ "$(last_word '^web [|] web is')" != "$first" ] || fail "it is still $first"
  wait_log '^\*\*\* web was killed by SIGKILL'
  shows 'web +running +- +[^ ]+ +[0-9]+ +1 ' svctl status web
  stop
}

not_executable() {
  service web <<'YAML'
command: [/no/such/program]
restart: "no"
YAML
  boot
  wait_log "cannot start 'web': exec '/no/such/program': no such file or directory"
  wait_end 127
}

# Each begins when the one before is ready, in a way of its own, and ends before it.
order() {
  service db <<'YAML'
command: [sh, -c, 'trap "echo db ends; exit 0" TERM; until [ -e /run/go ]; do usleep 50000; done; echo >&3; while :; do usleep 50000; done']
ready: {fd: 3}
YAML
  service app <<'YAML'
command: [httpd, -f, -p, "127.0.0.1:8080", -h, /srv]
ready: {http: "http://127.0.0.1:8080/ready"}
depends_on: {db: {condition: service_healthy}}
YAML
  service web <<'YAML'
command: [sh, -c, 'trap "echo web ends; exit 0" TERM; echo web is up; while :; do usleep 50000; done']
ready: {log: "web is up"}
depends_on: {app: {condition: service_healthy}}
YAML
  mkdir -p /srv
  boot
  wait_log 'Started db'
  shows "waiting.*waits for 'db'" svctl status app
  : >/run/go
  wait_log 'db is ready'
  wait_log 'Started app'
  wait_for inside svctl status app
  grep -q 'Started web' "$log" && fail "web has not waited"
  : >/srv/ready
  wait_log 'app is ready'
  wait_log 'web is ready'
  stop
  equal "order of the ends" "$(grep -oE 'Shutting down [a-z]+|[a-z]+ ends' "$log" | tr '\n' ',')" \
    'Shutting down web,web ends,Shutting down app,Shutting down db,db ends,'
}

no_orphans() { ! inside pidof usleep && ! inside sh -c 'grep -ls "^State:.Z" /proc/[0-9]*/status'; }

orphans() {
  service web <<'YAML'
command: [sh, -c, 'for i in $$(seq 100); do (usleep 300000 &); done; echo web is up; exec sleep 1000']
YAML
  boot
  wait_log 'web is up'
  wait_for no_orphans
  shows 'web +running +- +[^ ]+ +[0-9]+ +0 ' svctl status web
  stop
}

# As the reaper of its descendants, by prctl(2).
not_first() {
  code=0
  my_init --skip-services -- sh -c 'setsid sh -c "(sleep 1000; :) & echo orphan \$!" & wait; exit 3' >"$log" 2>&1 || code=$?
  equal "exit code" "$code" 3
  gone "$(last_word orphan)" || fail "its orphan still runs"
}

identity() {
  service web <<'YAML'
command: [sh, -c, 'echo ids $$(id -u):$$(id -g); grep CapEff /proc/self/status; exec sleep 1000']
user: www-data
cap_drop: [ALL]
cap_add: [NET_BIND_SERVICE]
YAML
  boot
  wait_log '^web [|] ids 33:33$'
  wait_log '^web [|] CapEff:.0000000000000400$'
  stop
  equal "setuser" "$(setuser www-data sh -c 'id -u; id -g' | tr '\n' ' ')" '33 33 '
}

it "L1 L2 the main command's exit code is that of my_init" main_command
it "R1 a service that is killed starts again" restart
it "V9 a program that is not there is named" not_executable
it "S7 each starts when the one before is ready, and ends before it" order
it "R3 orphans of a service are reaped" orphans
it "L17 where it is not the first process its orphans end with it" not_first
it "E6 E7 K16 a service and setuser are another user, with one capability" identity
