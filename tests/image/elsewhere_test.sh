# shellcheck shell=bash disable=SC2154,SC2016 # variables of lib.sh; commands for the shell in the container
# The same binary in images that have nothing of Debian.

binary() { # copies my_init out of the image under test
  mkdir -p "$work/context"
  local container
  container=$(docker create --label "$label" "$base")
  docker cp -q "$container:/usr/sbin/my_init" "$work/context/my_init" 2>/dev/null ||
    docker cp "$container:/usr/sbin/my_init" "$work/context/my_init" >/dev/null
}

# Both images run a service that waits and one that crashes; neither has a passwd file.
boots_and_stops() { # TAG
  local container
  container=$(start "$1")
  wait_log "$container" '^waits [|] ready$'
  wait_log "$container" '^crashes [|] crash$' 3
  at_most "stop" "$(stop_ms "$container")" 300 ms
  wait_log "$container" '^waits [|] bye$'
  equal "exit code" "$(exit_code "$container")" 0
}

definitions() { # PROGRAM
  printf 'command: [%s]\nuser: "1000:1000"\n' "$1" >"$work/context/waits.yaml"
  printf 'command: [%s, crash]\nrestart_backoff: {initial: 10ms}\n' "$1" >"$work/context/crashes.yaml"
}

empty_image() {
  binary
  gcc -static -Os -s -o "$work/context/service" tests/image/service.c
  definitions /service
  image my_init-scratch <<'TEXT'
FROM scratch
COPY my_init /my_init
COPY service /service
COPY waits.yaml crashes.yaml /etc/services.d/
CMD ["/my_init"]
TEXT
  boots_and_stops my_init-scratch
}

musl_image() {
  binary
  musl-gcc -Os -s -o "$work/context/service" tests/image/service.c
  definitions /bin/service
  cp "$(command -v busybox)" "$work/context/busybox"
  # The loader that the service asks for, /lib/ld-musl-x86_64.so.1 on amd64, is all of musl.
  local loader status=0
  loader=$(readelf -p .interp "$work/context/service" | grep -o '/lib/ld-musl[^ ]*')
  install -m 755 "$loader" "$work/context/ld-musl"
  image my_init-musl <<TEXT
FROM scratch
COPY busybox /bin/busybox
COPY ld-musl $loader
COPY service /bin/service
COPY my_init /sbin/my_init
COPY waits.yaml crashes.yaml /etc/services.d/
RUN ["/bin/busybox", "--install", "-s", "/bin"]
CMD ["/sbin/my_init"]
TEXT
  boots_and_stops my_init-musl
  run --rm my_init-musl /sbin/my_init --skip-services -- sh -c 'echo from a shell of busybox; exit 42' || status=$?
  equal "exit code of the main command" "$status" 42
}

copied_from_slim() {
  build -t my_init-one-binary examples/one-binary
  local container
  container=$(start my_init-one-binary)
  wait_log "$container" '^clock [|] [A-Z][a-z]{2} .*20[0-9]{2}$'
  at_most "stop" "$(stop_ms "$container")" 1000 ms
  equal "exit code" "$(exit_code "$container")" 0
}

it "the binary is copied out of slim, as in examples/one-binary" copied_from_slim
it "the binary runs in an empty image with one static service" empty_image
it "the binary runs in an image with busybox and musl instead of glibc" musl_image
