#!/bin/sh
# Makes the secrets that two parties share, once, and gives each party its copy in a volume of its own:
#   /handover/postgres/<name>       the password of a role
#   /handover/<name>/database-url   the same for the service that uses it
#   /handover/{identity,broker}/broker-enrolment-code
# OCX_DATABASES names the roles, OCX_DATABASE_HOST the server. What is there stays.
set -eu
umask 077
once() { [ -s "$1" ] || { head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$1.new" && mv "$1.new" "$1"; }; }

for name in $OCX_DATABASES; do
  once "/handover/postgres/$name"
  password=$(cat "/handover/postgres/$name")
  echo "postgres://$name:$password@$OCX_DATABASE_HOST:5432/$name" >"/handover/$name/database-url"
done
if [ -d /handover/broker ]; then
  once /handover/identity/broker-enrolment-code
  cp /handover/identity/broker-enrolment-code /handover/broker/broker-enrolment-code
fi
# The account that the services' images run as.
chown -R 10001:10001 /handover
