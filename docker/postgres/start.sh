#!/bin/sh
# Makes the cluster at the first start; then, for each file in /etc/ocx, a role and a database of its name, the role's
# password being the file's content. Each role may connect to its own database and to nothing else.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # What a first start that was cut in half has left is no cluster.
  rm -rf "$PGDATA"
  head -c 24 /dev/urandom | base64 >/tmp/owner
  # Nobody knows the owner's password, and nobody needs it: this script works in single-user mode.
  initdb --pgdata="$PGDATA" --username=postgres --auth=scram-sha-256 --pwfile=/tmp/owner --encoding=UTF8 --locale=C >/dev/null
  rm /tmp/owner
  echo 'host sameuser all all scram-sha-256' >"$PGDATA/pg_hba.conf"
fi
single() { postgres --single -D "$PGDATA" -c log_min_messages=error postgres; }

for file in /etc/ocx/*; do
  name=$(basename "$file")
  password=$(cat "$file")
  echo "$name $password" | grep -qE '^[a-z][a-z0-9-]* [A-Za-z0-9_-]{32}$' || { echo "not a name and a password: $file" >&2; exit 1; }
  single >/dev/null <<SQL
DO \$\$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$name') THEN CREATE ROLE "$name" LOGIN; END IF; END \$\$
ALTER ROLE "$name" PASSWORD '$password'
SQL
  echo "SELECT datname FROM pg_database" | single | grep -q "= \"$name\"" || echo "CREATE DATABASE \"$name\" OWNER \"$name\"" | single >/dev/null
done
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories= -c max_connections=300 -c log_min_messages=warning
