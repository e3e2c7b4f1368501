#!/bin/sh
# Called as <IPF>.bash <job order> (the name says which IPF) or as `ipf <IPF> <job order>`.
set -eu
name=$(basename "$0" .bash)
if [ "$name" = ipf ]; then
  name=$1
  shift
fi
exec /opt/ipf/bin/python -m ipf "$name" "$@"
