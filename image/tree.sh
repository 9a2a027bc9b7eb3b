#!/bin/sh
# usage: tree.sh DIRECTORY: lays out there what the image has beside the binary; runs in the build stage.
set -eu
cd "$(dirname "$0")"
root=$1

for directory in my_init.d my_init.pre_shutdown.d my_init.post_shutdown.d services.d service; do
  install -d -m 755 "$root/etc/$directory"
done
# What is in the container's environment is often secret: root and the group docker_env (8377, as in
# phusion's image) may read it.
install -d -m 700 "$root/etc/container_environment"
for dump in sh json; do
  install -m 640 -g 8377 /dev/null "$root/etc/container_environment.$dump"
done
# A login shell of those who may read it has that environment.
install -d -m 755 "$root/etc/profile.d"
ln -s /etc/container_environment.sh "$root/etc/profile.d/container_environment.sh"
install -D -m 755 -t "$root/usr/sbin" bin/install_clean
# Debian's slim images have no manual pages; `svctl man` prints them.
rm -rf "$root/usr/share/man"
