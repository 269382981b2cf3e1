#!/bin/sh
# Makes the base image of the Dockerfiles where no image registry answers: Debian packages and this machine's Node.
#   docker/base-image.sh IMAGE
# Prints nothing but progress; the image is tagged IMAGE. Needs root and mmdebstrap (set-up installs it).
set -eu
image=${1:?usage: docker/base-image.sh IMAGE}
node=$(readlink -f "$(command -v node)")
modules=$(dirname "$(dirname "$node")")/lib/node_modules
[ -d "$modules/npm" ] || modules=$(npm root -g)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
packages=ca-certificates,libstdc++6,libatomic1,iproute2,iptables,procps,util-linux,mount,e2fsprogs,nbdkit,qemu-system-common,gnutls-bin,fuse3
packages=$packages,php-cli,php-xml,php-mbstring,php-sqlite3
mkdir -p "$work/add/usr/local/bin" "$work/add/usr/local/lib/node_modules" "$work/add/etc/ssl/certs"
cp "$node" "$work/add/usr/local/bin/node"
cp -R "$modules/npm" "$work/add/usr/local/lib/node_modules/npm"
ln -s ../lib/node_modules/npm/bin/npm-cli.js "$work/add/usr/local/bin/npm"
ln -s ../lib/node_modules/npm/bin/npx-cli.js "$work/add/usr/local/bin/npx"
# An organisation's own certificate authority, if this machine has one, is trusted while the images are built.
cp /etc/ssl/certs/ca-certificates.crt "$work/add/etc/ssl/certs/ca-certificates.crt"
mmdebstrap --quiet --variant=minbase --include="$packages" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --customize-hook="cp -R --no-preserve=ownership $work/add/. \"\$1\"/" \
  bookworm "$work/root.tar"
docker import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt' "$work/root.tar" "$image" >/dev/null
