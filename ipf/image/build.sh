#!/usr/bin/env bash
# Build the image of the reference IPFs: build.sh [TAG]. Needs a Docker engine and `make setup`, or PYTHON=… of another
# environment with the packages of requirements.lock.
# Where no container registry can be reached, build-base.sh makes the base image from Debian's packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
tag=${1:-vds-ipf:latest}
python=${PYTHON:-.venv/bin/python}
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT

docker image inspect "${BASE:-debian:bookworm-slim}" >/dev/null 2>&1 \
  || docker pull --quiet "${BASE:-debian:bookworm-slim}" 2>/dev/null \
  || ipf/image/build-base.sh "${BASE:-debian:bookworm-slim}"

mkdir "$context/wheels"
mapfile -t needs < <("$python" ipf/image/closure.py)
"$python" -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 --dest "$context/wheels" "${needs[@]}"
cp "$(roles/batch_stage/files/wheel.sh "$PWD" "$python")"/*.whl "$context/wheels"
"$python" - >"$context/ipfs.txt" <<'PYTHON'
from batch.chain import load_chain

for line in sorted({f"{i.task_name} {i.version}" for i in load_chain().ipfs}):
    print(line)
PYTHON
cp ipf/image/Dockerfile ipf/image/ipf.bash "$context"
docker build --quiet --build-arg BASE="${BASE:-debian:bookworm-slim}" --tag "$tag" "$context"
