#!/usr/bin/env bash
# Make a base image from Debian's packages alone: build-base.sh [TAG]. Root and mmdebstrap needed.
# It stands in for the official image of that name where no container registry can be reached.
set -euo pipefail
tag=${1:-debian:bookworm-slim}
suite=${tag#*:}
suite=${suite%-slim}
command -v mmdebstrap >/dev/null || {
  echo "build-base.sh: mmdebstrap is missing; install it: apt-get install mmdebstrap" >&2
  exit 2
}
work=$(mktemp -d "${TMPDIR:-/tmp}/base.XXXXXX")
trap 'rm -rf "$work"' EXIT
TMPDIR=$work mmdebstrap --quiet --variant=minbase --mode=root \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --include=ca-certificates,usr-is-merged \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
  "$suite" "$work/root.tar"
docker import -c 'CMD ["bash"]' "$work/root.tar" "$tag" >/dev/null
echo "$tag"
