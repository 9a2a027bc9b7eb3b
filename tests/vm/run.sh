#!/usr/bin/env bash
# usage: run.sh amd64|arm64 BINARY: boots a virtual machine that runs the tests beside this file: a kernel of Debian, busybox
# and that my_init. The machine is emulated. Of this one only build/vm changes; the packages are kept there.
set -euo pipefail
architecture=$1
binary=$(realpath "$2")
cd "$(dirname "$0")/../.."
keep=$PWD/build/vm/$architecture
limit=$((600 * ${MY_INIT_TEST_SLACK:-1})) # seconds

fail() {
  echo "$*" >&2
  exit 1
}

# ---- packages, which are not installed ----

# As if this machine were of that architecture and had nothing installed.
for_guest() { # APT_PROGRAM ARG...
  local program=$1 directory=$keep/apt
  shift
  "$program" -qq -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" -o Dir::State="$directory" \
    -o Dir::State::status=/dev/null -o Dir::Cache="$directory" -o APT::Sandbox::User="$(id -un)" "$@"
}

fetch() {
  echo "--- fetching a kernel for $architecture"
  rm -rf "$keep"
  mkdir -p "$keep"/apt/{lists,archives}/partial "$keep/unpacked"
  for_guest apt-get update
  local kernel package
  kernel=$(for_guest apt-cache depends "linux-image-cloud-$architecture" | awk '/Depends: linux-image/ { print $2; exit }')
  (cd "$keep" && for_guest apt-get download "$kernel" busybox-static util-linux libc6)
  for package in "$keep"/*.deb; do
    dpkg-deb -x "$package" "$keep/unpacked"
    rm "$package"
  done
  rm -rf "$keep/apt" "$keep/unpacked/usr/lib/modules" "$keep/unpacked/lib/modules"
  mv "$keep"/unpacked/boot/vmlinuz-* "$keep/kernel"
}

# ---- what the kernel unpacks as its root ----

put() { # MODE DIRECTORY FILE...
  local mode=$1 directory=$tree/$2
  shift 2
  install -m "$mode" -D -t "$directory" "$@"
}

lay_out() {
  local unpacked=$keep/unpacked directory
  rm -rf "$tree"
  mkdir -p "$tree"/{etc,proc,sys,dev,run,tmp,tests,usr/bin,usr/lib}
  for directory in bin sbin; do ln -s usr/bin "$tree/$directory"; done
  for directory in lib lib64; do ln -s usr/lib "$tree/$directory"; done
  put 755 usr/bin "$binary" "$unpacked/usr/bin/unshare" "$(find "$unpacked" -path '*bin/busybox')"
  put 755 usr/lib "$(find "$unpacked" -name 'ld-linux-*.so.*' -type f)" "$(find "$unpacked" -name libc.so.6)"
  for directory in svctl setuser; do ln -s my_init "$tree/usr/bin/$directory"; done
  ln -s busybox "$tree/usr/bin/sh"
  put 644 tests tests/vm/*_test.sh
  install -m 755 tests/vm/init.sh "$tree/init"
  (cd "$tree" && find . | busybox cpio -o -H newc 2>/dev/null) >"$keep/initramfs"
}

# ---- the machine ----

boot() {
  # no_timer_check: what the kernel tries out needs a processor that is never late.
  local machine=(qemu-system-x86_64) kernel="console=ttyS0 no_timer_check"
  [[ $architecture == amd64 ]] || machine=(qemu-system-aarch64 -M virt -cpu cortex-a57) kernel="console=ttyAMA0"
  timeout --foreground "$limit" "${machine[@]}" -accel tcg -m 512 -nodefaults -display none -no-reboot -serial stdio \
    -kernel "$keep/kernel" -initrd "$keep/initramfs" \
    -append "$kernel panic=-1 quiet slack=${MY_INIT_TEST_SLACK:-1}" </dev/null 2>&1 |
    sed -u -e 's/\r$//' -e '/ reboot: Power down$/d' | tee "$keep/log"
}

tree=$keep/tree
[[ -s $keep/kernel ]] || fetch
lay_out
echo "--- testing in a virtual machine for $architecture"
started=$SECONDS
boot || fail "the machine did not end within $limit s, or failed"
echo "--- the machine ran for $((SECONDS - started)) s"
[[ $(tail -n 1 "$keep/log") =~ ^[1-9][0-9]*\ passed,\ 0\ failed$ ]] || fail "the tests did not pass, or not to the end"
