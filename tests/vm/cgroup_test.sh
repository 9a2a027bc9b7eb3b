# shellcheck shell=dash disable=SC2016,SC2154 # commands for the shell inside; variables of init.sh
# cgroup v2 as a container of its own has it, privileged or with writable cgroups.

# A daemon that leaves its group, its session and its environment; WORDS are what it does on SIGTERM.
web_with_daemon() { # WORDS
  service web <<YAML
command: [sh, -c, 'setsid env -i /usr/bin/sh /run/daemon & echo web is up; exec sleep 1000']
stop_grace_period: 2s
YAML
  cat >/run/daemon <<SH
trap '$1' TERM
echo daemon is \$\$
while :; do usleep 50000; done
SH
}

service_cgroups() { (cd "$box_cgroup" && echo *my_init.1.*); }
daemon_gone() { ! inside test -d "/proc/$daemon"; }

followed() {
  web_with_daemon 'echo daemon ends; exit'
  boot
  wait_log '^web [|] daemon is'
  wait_log 'web is up'
  daemon=$(last_word '^web [|] daemon is')
  equal cgroups "$(service_cgroups)" my_init.1.web
  equal "cgroup of the daemon" "$(inside cat "/proc/$daemon/cgroup")" '0::/box/my_init.1.web'
  shows '^processes are followed by: cgroup v2$' svctl status
  shows '"cpu_us":[1-9][0-9]*,.*"followed_by":"cgroup v2"' svctl status --json web
  shows "^[^s]* $daemon sh" svctl tree
  inside svctl stop web
  daemon_gone || fail "the daemon outlives its service"
  has_lines 1 '^web [|] daemon ends' || fail "the daemon was not asked"
  equal "cgroups after the stop" "$(service_cgroups)" '*my_init.1.*'
  inside svctl start web
  wait_log '^web [|] daemon is' 2
  stop
  equal "cgroups after the end" "$(service_cgroups)" '*my_init.1.*'
}

killed() {
  web_with_daemon 'echo daemon goes on'
  boot
  wait_log '^web [|] daemon is'
  daemon=$(last_word '^web [|] daemon is')
  inside svctl stop web
  daemon_gone || fail "the daemon outlives its service"
  has_lines 1 '^web [|] daemon goes on' || fail "the daemon was not asked"
  equal "cgroups after the stop" "$(service_cgroups)" '*my_init.1.*'
  stop
}

without() {
  web_with_daemon 'echo daemon ends; exit'
  echo 'cgroups: false' >/etc/my_init.yaml
  boot
  wait_log '^web [|] daemon is'
  daemon=$(last_word '^web [|] daemon is')
  equal cgroups "$(service_cgroups)" '*my_init.1.*'
  shows '^processes are followed by: process group and marker$' svctl status
  shows '"followed_by":"process group and marker"' svctl status --json web
  inside svctl stop web
  shows "^stray process $daemon \(sh\)\$" svctl status
  stop
  has_lines 1 '^web [|] daemon ends' || fail "the daemon was not asked"
}

# `docker pause` on such a machine.
frozen() {
  service tick <<'YAML'
command: [sh, -c, 'read up rest </proc/uptime; echo tick $$up']
type: oneshot
schedule: {every: 1s}
YAML
  boot
  wait_log '^tick' 2
  echo 1 >"$box_cgroup/cgroup.freeze"
  wait_for grep -q 'frozen 1' "$box_cgroup/cgroup.events"
  before=$(grep -c '^tick' "$log")
  sleep 4
  echo 0 >"$box_cgroup/cgroup.freeze"
  wait_log '^tick' $((before + 5))
  takes "five runs after the thaw" "$(between '^tick' $((before + 1)) $((before + 5)))" 150
  stop
}

it "S3 in a cgroup of its own a daemon without the marker is stopped with its service, and the status says which way" followed
it "S3 in a cgroup of its own what ignores SIGTERM is killed with its service" killed
it "S3 without cgroups such a daemon is named and ends with the container" without
it "V21 a container that its cgroup freezes has no storm when it thaws" frozen
