# shellcheck shell=bash disable=SC2154 # variables of lib.sh
# HEALTHCHECK of the image, by which the engine asks `svctl health`.

health_of() { docker inspect -f '{{.State.Health.Status}}' "$1"; }
has_health() { [[ $(health_of "$1") == "$2" ]]; } # CONTAINER HEALTH

# Quick checks of the engine, each of which counts; a start period of 0 would be that of the image.
checked() { # DOCKER-OPTION... IMAGE [COMMAND...]
  start --health-interval 300ms --health-timeout 20s --health-retries 1 --health-start-period 1ms "$@"
}

instruction() { # IMAGE
  equal "HEALTHCHECK of $1" "$(docker image inspect -f '{{json .Config.Healthcheck.Test}}' "$1")" '["CMD","svctl","health"]'
}

follows_the_services() {
  service web <<'YAML'
command: [sleep, infinity]
healthcheck: {test: test -e /run/good, interval: 100ms, timeout: 20s, retries: 1, on_failure: none}
YAML
  service unchecked <<<'command: [sleep, infinity]'
  local container
  container=$(checked -v "$work/services:/etc/services.d:ro" "$1")
  wait_for has_health "$container" unhealthy
  docker exec "$container" touch /run/good
  wait_for has_health "$container" healthy
  docker exec "$container" rm /run/good
  wait_for has_health "$container" unhealthy
  docker inspect -f '{{range .State.Health.Log}}{{.Output}}{{end}}' "$container" | grep -F 'svctl: not healthy: web is running (health: unhealthy)' >/dev/null ||
    fail "the engine is not told why: $(docker inspect -f '{{json .State.Health.Log}}' "$container")"
}

a_service_that_is_down() {
  service web <<<'command: [sleep, infinity]'
  service job <<<'{command: [sh, -c, exit 3], restart: "no"}'
  local container
  container=$(checked -v "$work/services:/etc/services.d:ro" "$slim")
  wait_log "$container" 'job has failed for good'
  wait_for has_health "$container" unhealthy
}

main_command_alone() { # DOCKER-OPTION...
  local container
  container=$(checked "$@" "$slim" /sbin/my_init --skip-services -- sleep infinity)
  wait_for has_health "$container" healthy
  docker exec "$container" my_init --quiet --skip-services -- svctl health
  docker exec "$container" svctl health || fail "a second my_init has taken the socket away"
  at_most "stop" "$(stop_ms "$container")" 1000 ms
}

it "I8 slim asks svctl health" instruction "$slim"
it "I8 the default image asks svctl health" instruction "$base"
it "I8 slim is healthy when every service that has a check passes it" follows_the_services "$slim"
it "I8 the default image is healthy when every service that has a check passes it" follows_the_services "$base"
it "I8 a service that has failed makes the container unhealthy" a_service_that_is_down
it "I8 K15 a main command without services is healthy, also with a second my_init beside it" main_command_alone
it "I8 the same under docker run --init" main_command_alone --init
it "I8 the same for a restricted user on a read-only root" main_command_alone -u 12345:0 --read-only --cap-drop ALL
