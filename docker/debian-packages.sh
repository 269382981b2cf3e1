#!/bin/sh
# Unpacks Debian packages without installing them, each into a directory of its name:
#   docker/debian-packages.sh DIRECTORY PACKAGE...
set -eu
directory=${1:?usage: docker/debian-packages.sh DIRECTORY PACKAGE...}
shift
mkdir -p "$directory"
apt-get update
for package in "$@"; do
  archives=$(mktemp -d)
  # apt drops its rights for downloads.
  chmod 0777 "$archives"
  (cd "$archives" && apt-get download "$package")
  dpkg-deb --extract "$archives"/*.deb "$directory/$package"
  rm -rf "$archives"
done
rm -rf /var/lib/apt/lists/*
