#!/bin/sh
# Makes the ssh host keys that are missing, where sshd is switched on. With -f: new ones in any case.
if [ "${1:-}" = -f ]; then
  rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
elif [ "${MY_INIT_SSHD:-}" = "" ] && [ -d /etc/service/sshd ] && [ ! -e /etc/service/sshd/down ]; then
  # As in phusion's image: RUN rm -f /etc/service/sshd/down
  echo true >/etc/container_environment/MY_INIT_SSHD || exit 0
elif [ "${MY_INIT_SSHD:-false}" != true ]; then
  exit 0
fi
# Not a reason to end the container: sshd says what it lacks.
ssh-keygen -A || exit 0
