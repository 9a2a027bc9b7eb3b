# shellcheck shell=dash disable=SC2016,SC2154 # commands for the shell inside; variables of init.sh
# The wall clock is this machine's own, so it can be set.

set_clock() { # TIME
  date -u -s "$1" >/dev/null
}

# Three things that take 2 s each are begun, then the clock is set.
nothing_moves() { # TIME
  set_clock '2030-06-15 12:00:00'
  service tick <<'YAML'
command: [sh, -c, 'read up rest </proc/uptime; echo tick $$up']
type: oneshot
schedule: {every: 2s}
YAML
  service crash <<'YAML'
command: [sh, -c, 'read up rest </proc/uptime; echo crash $$up; exit 1']
restart_backoff: {initial: 2s, factor: 1, jitter: 0}
YAML
  service stubborn <<'YAML'
command: [sh, -c, 'trap "echo asked" TERM; echo stubborn is up; while :; do usleep 50000; done']
stop_grace_period: 2s
YAML
  boot
  wait_log '^stubborn [|] stubborn is up'
  wait_log '^tick [|]'
  asked=$(now)
  inside svctl stop --no-wait stubborn
  wait_log '^stubborn [|] asked'
  wait_log 'Restarting crash in 2s' "$(grep -c '^crash' "$log")"
  crashes=$(grep -c '^crash' "$log")
  ticks=$(grep -c '^tick' "$log")
  set_clock "$1"
  wait_log 'stubborn .* did not shut down in time'
  takes "the grace period" $(($(now) - asked)) 200
  wait_log '^crash' $((crashes + 1))
  takes "the back-off" "$(between '^crash' "$crashes" $((crashes + 1)))" 200
  wait_log '^tick' $((ticks + 2))
  # When the first of them came late, the others come sooner after it.
  takes "two intervals" "$(between '^tick' "$ticks" $((ticks + 2)))" 250
  wait_for shows 'stubborn +stopped' svctl status
  stop
}

# Oldest first, though the clock says otherwise.
order_of_lines() {
  set_clock '2030-06-15 12:00:00'
  service web <<'YAML'
command: [sh, -c, 'echo first; until [ -e /run/go ]; do usleep 50000; done; echo second; exec sleep 1000']
YAML
  boot
  wait_log '^web [|] first'
  set_clock '2029-06-15 12:00:00'
  : >/run/go
  wait_log '^web [|] second'
  equal lines "$(inside svctl logs web | tr '\n' ,)" 'web | first,web | second,'
  stop
}

minutes() { # N TIME: waits for the Nth run of the schedule; it was at this time
  wait_log '^minute [|]' "$1"
  equal "run $1" "$(grep -E '^minute [|]' "$log" | sed -n "${1}s/.* //p")" "$2"
}

schedule() {
  set_clock '2030-06-15 12:00:01'
  service minute <<'YAML'
command: [date, -u, "+at %Y-%m-%dT%H:%M"]
type: oneshot
schedule: "* * * * *"
YAML
  service hourly <<'YAML'
command: [echo, hourly ran]
type: oneshot
schedule: "30 * * * *"
YAML
  boot
  wait_for inside svctl status
  shows 'next 2030-06-15T12:30:00Z' svctl why hourly
  set_clock '2031-06-15 12:00:57' # nothing of the year that was jumped over runs
  shows 'next 2031-06-15T12:30:00Z' svctl why hourly
  minutes 1 2031-06-15T12:01
  set_clock '2031-06-15 12:00:57' # a correction: what has run does not run again
  wait_for sh -c '[ "$(date -u +%M%S)" -gt 0101 ]'
  shows '12:02:00Z' svctl status minute
  set_clock '2031-06-15 12:01:57'
  minutes 2 2031-06-15T12:02
  set_clock '2031-06-15 12:29:55' # a correction: what was jumped over runs once
  minutes 3 2031-06-15T12:29
  minutes 4 2031-06-15T12:30
  wait_log '^hourly [|] hourly ran'
  set_clock '2030-06-15 12:00:57'
  shows 'next 2030-06-15T12:30:00Z' svctl why hourly
  minutes 5 2030-06-15T12:01
  shows '2030-06-15T12:02:00Z' svctl status minute
  stop
  equal "number of runs" "$(grep -cE '^(minute|hourly) [|]' "$log")" 6
}

it "V20 no timer moves when the clock is set a year forth" nothing_moves '2031-06-15 12:00:00'
it "V20 no timer moves when the clock is set a year back" nothing_moves '2029-06-15 12:00:00'
it "V20 the lines of a service stay in order when the clock is set back" order_of_lines
it "V20 a schedule follows the clock: nothing is missed and nothing doubled" schedule
