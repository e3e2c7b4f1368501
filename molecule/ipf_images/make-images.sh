#!/usr/bin/env bash
# make-images.sh REGISTRY: images for the test, pushed to the registry and saved in /srv/images; their ids and digests on
# standard output, as JSON.
set -euo pipefail
registry=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p /srv/images

# make NAME MB: an image of busybox and some data, pushed and saved under another name than it will be wanted under.
make() {
  cp /bin/busybox "$work"
  echo "$1" >"$work/version"
  head -c "${2}M" /dev/urandom >"$work/data"
  printf 'FROM scratch\nCOPY busybox /bin/busybox\nCOPY version data /\nENTRYPOINT ["/bin/busybox"]\n' >"$work/Dockerfile"
  docker build --quiet --tag "$registry/vds/$1:x" "$work" >/dev/null
  docker push --quiet "$registry/vds/$1:x" >/dev/null
  docker tag "$registry/vds/$1:x" "stranger:$1"
  docker save --output "/srv/images/$1.tar" "stranger:$1"
  printf '"%s": {"id": "%s", "digest": "%s", "sha256": "%s"}, ' "$1" \
    "$(docker image inspect --format '{{.Id}}' "stranger:$1")" \
    "$(docker image inspect --format '{{index .RepoDigests 0}}' "$registry/vds/$1:x" | cut -d@ -f2)" \
    "$(sha256sum "/srv/images/$1.tar" | cut -d' ' -f1)"
}

printf '{'
make tool 1
make other 1
make tampered 1
make big 40
printf '"ca": %s}\n' "$(python3 -c 'import json, pathlib; print(json.dumps(pathlib.Path("/srv/registry.crt").read_text()))')"

# One that breaks off, and one with a byte of a layer changed.
head -c 1000000 /srv/images/other.tar >/srv/images/truncated.tar
LC_ALL=C sed 's/\x00other$/\x00Other/' /srv/images/other.tar >/srv/images/changed.tar
cmp --silent /srv/images/other.tar /srv/images/changed.tar && exit 1

# The registry itself may be wrong: under the digest's name it has other bytes.
layer=$(docker manifest inspect "$registry/vds/tampered:x" | grep -o 'sha256:[0-9a-f]*' | tail -n 1 | cut -d: -f2)
printf 'wrong' | dd conv=notrunc status=none bs=1 seek=1000 \
  of="/var/lib/docker-registry/docker/registry/v2/blobs/sha256/${layer:0:2}/$layer/data"
