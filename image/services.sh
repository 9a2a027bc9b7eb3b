#!/bin/sh
# Second of the scripts that make `full`: cron, syslog, logrotate and sshd, with what is ours of them.
set -eu
umask 022
cd "$(dirname "$0")/.."

# systemd-standalone-sysusers: openssh-server would bring all of systemd for it.
install_clean systemd-standalone-sysusers cron busybox logrotate openssh-server
cp -R etc/. /etc
cp services.d/*.yaml /etc/services.d
cp image/bin/enable_insecure_key image/bin/sendmail /usr/sbin

# Each container makes keys of its own.
rm -f /etc/ssh/ssh_host_*
# Where images that were made for phusion's put a key, and what they remove to switch sshd on.
install -d -m 700 /root/.ssh
install -D -m 644 /dev/null /etc/service/sshd/down
# Backups of dpkg's database and downloads of packages are no work for a container.
rm -f /etc/cron.daily/apt-compat /etc/cron.daily/dpkg

# Of runit what its directories use: the package would bring Perl along.
apt-get -q update
(cd /tmp && apt-get -q download runit && dpkg-deb --fsys-tarfile runit_*.deb | tar -x -C / ./usr/bin/chpst ./usr/bin/svlogd)
apt-get clean
rm -rf /var/lib/apt/lists/*
