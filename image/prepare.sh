#!/bin/sh
# First of the scripts that make `full`: the locale en_US.UTF-8.
set -eu
install_clean locales
# Not into the archive, which goes with the package.
localedef --no-archive -i en_US -f UTF-8 /usr/lib/locale/en_US.utf8
DEBIAN_FRONTEND=noninteractive apt-get -qy purge --autoremove locales
# What sessions of sshd look for.
echo LANG=en_US.UTF-8 >/etc/default/locale
