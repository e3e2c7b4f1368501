#!/usr/bin/env bash
# with-docker.sh COMMAND…: run it with a Docker engine. As root on Debian one is installed and started if there is none;
# it goes on running, for the next call. Where that cannot be, say so and end well: nothing was tested.
set -euo pipefail

answers() { docker info >/dev/null 2>&1; }

if ! answers; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "skipped: no Docker engine answers, and without root and apt none can be installed here"
    exit 0
  fi
  if ! command -v dockerd >/dev/null || ! command -v mmdebstrap >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq docker.io mmdebstrap >/dev/null
  fi
  log=$(mktemp "${TMPDIR:-/tmp}/dockerd.XXXXXX")
  setsid dockerd >"$log" 2>&1 </dev/null &
  for _ in $(seq 60); do
    answers && break
    sleep 1
  done
  answers || {
    echo "skipped: the Docker engine does not start here; the end of its log:"
    tail -n 5 "$log"
    exit 0
  }
fi
exec "$@"
