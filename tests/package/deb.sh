#!/usr/bin/env bash
# usage: deb.sh BUILD_DIRECTORY: makes the .deb of a static build, installs it into an empty root directory and runs it there.
# An emulator in MY_INIT_EMULATOR runs what is for another architecture. Needs root, for the chroot.
set -euo pipefail
build=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
read -ra emulator <<<"${MY_INIT_EMULATOR:-}"

fail() {
  echo "$*" >&2
  exit 1
}

(cd "$build" && rm -f my-init_*.deb && cpack >"$work/log" 2>&1) || fail "$(<"$work/log")"
package=$(echo "$build"/my-init_*.deb)
echo "$(basename "$package"): $(stat -c %s "$package") bytes"

# ---- what it says of itself ----

field() { dpkg-deb -f "$package" "$1"; }
version=$("${emulator[@]}" "$build/my_init" --version)
[[ "my_init $(field Version)" == "$version" ]] || fail "the package has version $(field Version), the program says $version"
[[ -z $(field Depends) ]] || fail "a static binary depends on $(field Depends)"

# ---- installed where there is nothing else ----

root=$work/root
mkdir -p "$root/var/lib/dpkg" && : >"$root/var/lib/dpkg/status"
dpkg_inside() { # chrootless: there is no shell
  dpkg --root="$root" --force-script-chrootless --force-architecture "$@" >"$work/log" 2>&1 || fail "$(<"$work/log")"
}
dpkg_inside --install "$package"
for file in sbin/my_init sbin/setuser bin/svctl bin/sv share/man/man8/my_init.8 share/man/man5/my_init-services.5 share/man/man1/svctl.1 \
  share/man/man1/setuser.1 share/man/man1/sv.1 share/bash-completion/completions/svctl share/zsh/vendor-completions/_svctl \
  share/fish/vendor_completions.d/svctl.fish share/bash-completion/completions/sv.bash share/fish/vendor_completions.d/sv.fish \
  share/my_init/services.schema.json share/doc/my-init/copyright share/doc/my-init/CHANGELOG.md; do
  [[ -s $root/usr/$file ]] || fail "the package has no /usr/$file"
done
while read -r link; do
  [[ $(realpath "$link") == "$root/usr/sbin/my_init" ]] || fail "$link leads to $(realpath "$link")"
done < <(find "$root/usr/bin" "$root/usr/sbin" -type l)

# ---- beside runit, which has an sv of its own, whichever comes first ----

mkdir -p "$work/runit/DEBIAN" "$work/runit/usr/bin"
echo 'of runit' | tee "$work/runit/usr/bin/sv" "$work/runit/usr/bin/svlogd" >/dev/null
printf '%s\n' 'Package: runit' 'Version: 1' 'Architecture: all' 'Maintainer: none' 'Description: has an sv' >"$work/runit/DEBIAN/control"
dpkg-deb --build "$work/runit" "$work/runit.deb" >/dev/null
both() { # WHEN
  [[ $(realpath "$root/usr/bin/sv") == "$root/usr/sbin/my_init" ]] || fail "$1: sv is not ours"
  [[ $(<"$root/usr/bin/sv.distrib") == "of runit" && -e $root/usr/bin/svlogd ]] || fail "$1: runit is not all there"
}
dpkg_inside --install "$work/runit.deb"
both "runit after us"
dpkg_inside --remove my-init
[[ $(<"$root/usr/bin/sv") == "of runit" && ! -e $root/usr/bin/sv.distrib ]] || fail "runit does not have its sv back"
dpkg_inside --install "$package"
both "runit before us"
dpkg_inside --purge runit

# ---- and run there ----

inside() { chroot "$root" "$@"; }
if ((${#emulator[@]})); then
  cp "$(command -v "${emulator[0]}")" "$root/emulator"
  inside() { chroot "$root" /emulator "$@"; }
fi
[[ $(inside /usr/sbin/my_init --version) == "$version" ]] || fail "my_init does not say its version"
[[ $(inside /usr/bin/svctl schema) == "$(<"$root/usr/share/my_init/services.schema.json")" ]] || fail "the schema is another one"
mkdir -p "$root/etc/services.d"
echo 'command: [/usr/sbin/my_init, --version]' >"$root/etc/services.d/web.yaml"
inside /usr/bin/svctl check
if ! ((${#emulator[@]})); then # qemu does not know the flags of clone(2) that my_init uses
  status=0
  inside /usr/sbin/my_init --quiet --skip-services -- /usr/sbin/my_init --no-such-option 2>/dev/null || status=$?
  ((status == 64)) || fail "the main command's exit code is $status"
fi
echo "the package installs and runs"
