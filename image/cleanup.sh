#!/bin/sh
# Last of the scripts that make `full`: removes what only building needs.
set -eu
cd /
rm -rf /build /run/adduser /run/runit /tmp/* /var/tmp/* /var/cache/debconf/*-old /var/lib/dpkg/*-old
find /var/log -type f -delete
