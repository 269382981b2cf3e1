/**
 * PID 1 of the demonstration image. It writes to the console, runs user data that is a script, starts an SSH server that
 * takes keys and no passwords, and reaps what is orphaned, for that is PID 1's duty.
 */
export const INIT = `#!/bin/sh
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root

echo "OCX demonstration image: $(hostname) on $(uname -m), $(nproc) CPU"
ip -4 -o addr show scope global 2>/dev/null | while read -r _ device _ address _; do
  echo "network $device $address"
done

stop() {
  echo "going down"
  trap '' TERM
  kill -TERM -1
  sleep 0.2
  exit 0
}
trap stop TERM INT PWR

data=/var/lib/cloud/seed/nocloud/user-data
if [ -f "$data" ] && [ "$(head -c 2 "$data")" = '#!' ]; then
  mkdir -p /run/user-data
  cp "$data" /run/user-data/script
  chmod 700 /run/user-data/script
  echo "running user data"
  /run/user-data/script
  echo "user data ended with code $?"
fi

[ -d /root/.ssh ] && chmod 700 /root/.ssh && chmod 600 /root/.ssh/authorized_keys 2>/dev/null
mkdir -p /etc/dropbear /var/run /var/log
dropbear -F -E -R -s -j -k -p 22 &
echo "ready"

while true; do
  wait
  # Nothing left to wait for: sleep, as a child, so that signals are still heard.
  sleep 3600 &
done
`;

export const PASSWD = `root:x:0:0:root:/root:/bin/sh
nobody:x:65534:65534:nobody:/:/bin/false
`;

export const GROUP = `root:x:0:
tty:x:5:
nogroup:x:65534:
`;

export const SHELLS = '/bin/sh\n';

export const PROFILE = `export PATH=/bin:/sbin:/usr/bin:/usr/sbin
export PS1='\\u@\\h:\\w\\$ '
`;
