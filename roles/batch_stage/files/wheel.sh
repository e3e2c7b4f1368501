#!/usr/bin/env bash
# wheel.sh SOURCE PYTHON: build the wheel of the checkout SOURCE into a folder of the user's cache, which is named
# after its content, and print that folder. The same sources give the same wheel, whenever and wherever.
set -euo pipefail
source=$1 python=$2
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vds/wheels
mkdir -p "$cache"
cd "$source"
# Whoever asks again with the same sources gets the same folder, without a build: every node asks.
sources=(pyproject.toml README.md LICENSE requirements.lock batch infra ipf study)
key=$(find "${sources[@]}" -name __pycache__ -prune -o -type f -printf '%m %p ' -exec sha256sum {} \; |
  LC_ALL=C sort | sha256sum | cut -c1-16)
if built=$(cat "$cache/.of-$key" 2>/dev/null) && [ -d "$cache/$built" ]; then
  echo "$cache/$built"
  exit
fi
work=$(mktemp -d "$cache/.building.XXXXXX")
trap 'rm -rf "$work"' EXIT
# In a copy, since setuptools leaves its traces where it builds.
mkdir "$work/source" "$work/release"
cp -r pyproject.toml README.md LICENSE batch infra ipf study "$work/source"
find "$work/source" -name __pycache__ -prune -exec rm -rf {} +
SOURCE_DATE_EPOCH=315532800 PYTHONHASHSEED=0 "$python" -m pip wheel --quiet --no-deps --no-build-isolation --no-index \
  --wheel-dir "$work/release" "$work/source" >&2
cp requirements.lock "$work/release"
name=$(cd "$work/release" && sha256sum ./* | sha256sum | cut -c1-16)
# -T: where another one was quicker, not into its folder.
[ -d "$cache/$name" ] || mv -T "$work/release" "$cache/$name" 2>/dev/null || [ -d "$cache/$name" ]
# Written aside, then renamed: others read it meanwhile.
echo "$name" >"$work/of"
mv "$work/of" "$cache/.of-$key"
echo "$cache/$name"
