#!/bin/sh
# Removes what compute landlords in containers left at the engine: servers, networks and images with one of their labels,
# the mount helpers, and the directory of their volumes on the engine's host. For landlords that no longer run.
#   docker/forget-landlord.sh IMAGE VOLUMES_DIR LABEL...
# IMAGE is any image with `nsenter`, such as ocx/compute.
set -eu
image=${1:?usage: docker/forget-landlord.sh IMAGE VOLUMES_DIR LABEL...}
volumes=${2:?usage: docker/forget-landlord.sh IMAGE VOLUMES_DIR LABEL...}
shift 2
for label in "$@"; do
  docker ps --all --quiet --filter "label=ocx.landlord=$label" | xargs -r docker rm --force --volumes >/dev/null
  docker network ls --quiet --filter "label=ocx.landlord=$label" | xargs -r docker network rm >/dev/null
  docker images --format '{{.Repository}}:{{.Tag}}' "ocx-$label/*" | xargs -r docker rmi --force >/dev/null
done
# In the engine's own mount namespace: last mounted, first taken away.
docker run --rm --pid host --network none --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH \
  --security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt label=disable \
  --user 0:0 --entrypoint sh "$image" -c '
    engine=$(grep -lx dockerd /proc/[0-9]*/comm 2>/dev/null | head -n 1 | cut -d / -f 3)
    exec nsenter --target "${engine:-1}" --mount -- sh -c '\''
      cut -d " " -f 5 /proc/self/mountinfo | grep -E "^$1(/|\$)" | sort -r | while read -r point; do umount --lazy "$point"; done
      rm -rf --one-file-system -- "$1"'\'' sh "$1"' sh "$volumes"
