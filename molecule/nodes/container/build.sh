#!/usr/bin/env bash
# Build the image of a test node: build.sh [TAG]. Needs a Docker engine.
# Where no container registry can be reached, the base image is made from Debian's packages.
set -euo pipefail
cd "$(dirname "$0")"
tag=${1:-vds-node:bookworm}
base=debian:bookworm-slim
docker image inspect "$base" >/dev/null 2>&1 \
  || docker pull --quiet "$base" 2>/dev/null \
  || ../../../ipf/image/build-base.sh "$base"
docker build --quiet --build-arg BASE="$base" --tag "$tag" .
