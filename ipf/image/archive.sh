#!/usr/bin/env bash
# archive.sh PYTHON [--look]: print path and id of an archive of the reference IPFs' image. It is built if the user's cache
# has none of these sources; with --look nothing is built and nothing printed then. Needs a Docker engine to build.
set -euo pipefail
python=$1 look=${2:-}
cd "$(dirname "$0")/../.."
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vds/images
mkdir -p "$cache"
wheel=$(roles/batch_stage/files/wheel.sh "$PWD" "$python")
inputs=$({ basename "$wheel" && cat ipf/image/{Dockerfile,ipf.bash,closure.py,build.sh}; } | sha256sum | cut -c1-16)
archive=$cache/$inputs.tar.gz

if [ ! -f "$archive" ]; then
  [ "$look" = --look ] && exit
  docker info >/dev/null 2>&1 || {
    echo "archive.sh: the image of the reference IPFs is to be built here, but no Docker engine answers; install one," \
      "or build it elsewhere (make ipf-image), docker save it and name that file with source: archive" >&2
    exit 2
  }
  PYTHON=$python ipf/image/build.sh "vds-ipf:$inputs" >&2
  work=$(mktemp -d "$cache/.saving.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  docker image inspect --format '{{.Id}}' "vds-ipf:$inputs" >"$work/id"
  # The id alone: whoever loads it gives it its name.
  docker save "$(cat "$work/id")" | gzip -1 >"$work/archive"
  docker image rm "vds-ipf:$inputs" >/dev/null
  mv "$work/id" "$cache/$inputs.id"
  mv "$work/archive" "$archive"
fi
echo "$archive $(cat "$cache/$inputs.id")"
