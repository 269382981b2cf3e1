#!/bin/bash
# Does what runs in this container answer? Its address may be given, by default that of every service. Bash alone,
# for starting Node every few seconds in every container is work; TLS needs Node, and its certificate names another host.
path=${1:-/healthcheck}
if [ -n "${OCX_TLS_CERT:-}" ]; then
  exec node -e "require('https').get({host:'127.0.0.1',port:process.env.OCX_PORT,path:process.argv[1],rejectUnauthorized:false},
    ({statusCode})=>process.exit(statusCode===200?0:1)).on('error',()=>process.exit(1))" "$path"
fi
exec 3<>"/dev/tcp/127.0.0.1/$OCX_PORT" || exit 1
printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$path" "$OCX_PORT" >&3
read -r -t 10 status <&3
[[ $status == HTTP/1.?' 200 '* ]]
