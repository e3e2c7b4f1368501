#!/usr/bin/env bash
# Installs Pulumi's command line, its Python language host and its OpenStack plugin below .tools/, at pinned versions:
# from Pulumi's own download sites where they can be reached, otherwise built with Go from the modules of tools/cli and tools/openstack.
#   tools/setup-cloud.sh [--build]      --build: do not try to download
# A second call finds the stamp of the first and does nothing. Called by `make setup-cloud`.
set -euo pipefail
root=$(cd "$(dirname "$(readlink -f "$0")")/.." && pwd)
# shellcheck disable=SC1091
source "$root/tools/versions"

# Overridden where a mirror is used, and by the tests (curl reads file:// as well).
releases=${VDS_PULUMI_RELEASES:-https://github.com/pulumi/pulumi/releases/download}
tools="$root/.tools"
plugin="$tools/home/plugins/resource-openstack-v$OPENSTACK_VERSION"
# What is there is right if this is what made it: the pins, the modules and our own sources.
stamp=$(cat "$root"/tools/{versions,language_host.py,pulumi-language-python,setup-cloud.sh} "$root"/tools/{cli,openstack}/go.* "$root"/tools/openstack/*.go |
  sha256sum | cut -d' ' -f1)

say() { echo "setup-cloud: $*" >&2; }
fail() { say "$*"; exit 2; }

# atleast HAVE WANTED: same major version and not older.
atleast() { [ "${1%%.*}" = "${2%%.*}" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -1)" = "$2" ]; }

# Whether the user's own Pulumi on PATH will do; a language host comes with every official installation.
on_path() {
  local have
  command -v pulumi >/dev/null && command -v pulumi-language-python >/dev/null || return 1
  have=$(pulumi version 2>/dev/null) && atleast "${have#v}" "$PULUMI_VERSION"
}

# The archive of the release, unpacked once its SHA-256 is the published one.
download_cli() {
  local url="$releases/v$PULUMI_VERSION" sums="pulumi-$PULUMI_VERSION-checksums.txt" processor archive expected
  case "$(uname -m)" in
    x86_64) processor=x64 ;;
    aarch64 | arm64) processor=arm64 ;;
    *) return 1 ;;
  esac
  archive="pulumi-v$PULUMI_VERSION-$(uname -s | tr '[:upper:]' '[:lower:]')-$processor.tar.gz"
  say "downloading Pulumi $PULUMI_VERSION"
  curl --fail --silent --location --connect-timeout 5 -o "$work/$sums" "$url/$sums" || return 1
  curl --fail --silent --location --connect-timeout 5 -o "$work/$archive" "$url/$archive" || return 1
  expected=$(awk -v name="$archive" '$2 == name || $2 == "*" name {print $1}' "$work/$sums")
  if ! echo "$expected  $work/$archive" | sha256sum --check --status -; then
    fail "$archive is not what $sums lists: try again, or build with tools/setup-cloud.sh --build"
  fi
  if ! tar -xzf "$work/$archive" -C "$work" || ! mv "$work"/pulumi/* "$tools/bin/"; then
    fail "$archive cannot be unpacked below .tools: is the disk full?"
  fi
}

# Pulumi's own installer knows where the plugin is published.
download_plugin() {
  say "downloading the OpenStack plugin $OPENSTACK_VERSION"
  timeout 300 "$root/tools/pulumi" plugin install resource openstack "$OPENSTACK_VERSION"
}

find_go() {
  go=$(command -v go || echo /usr/local/go/bin/go)
  [ -x "$go" ] || fail "Pulumi cannot be downloaded here and Go is missing: install Go $(awk '$1 == "go" {print $2}' \
    "$root/tools/cli/go.mod") or newer, or Pulumi $PULUMI_VERSION, and run make setup-cloud again"
}

# build MODULE TARGET PACKAGE VARIABLE VERSION: without symbols (a third smaller); -mod=readonly holds the build to go.sum.
build() {
  mkdir -p "$(dirname "$2")"
  (cd "$root/tools/$1" && GOFLAGS='' "$go" build -mod=readonly -trimpath -buildvcs=false -ldflags="-s -w -X $4=$5" -o "$2.new" "$3") ||
    fail "building $3 failed, see above: check that the Go module proxy is reachable and 6 GB of disk are free"
  mv "$2.new" "$2"
}

build_cli() {
  say "building Pulumi $PULUMI_VERSION with Go, 10 to 30 minutes on two cores for the first time"
  build cli "$tools/bin/pulumi" github.com/pulumi/pulumi/pkg/v3/cmd/pulumi \
    github.com/pulumi/pulumi/sdk/v3/go/common/version.Version "v$PULUMI_VERSION"
  install -m 755 "$root/tools/pulumi-language-python" "$tools/bin/"
  install -m 755 "$(cd "$root/tools/cli" && "$go" list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)/python/cmd/pulumi-language-python-exec" \
    "$tools/bin/"
}

build_plugin() {
  say "building the OpenStack plugin $OPENSTACK_VERSION with Go"
  build openstack "$plugin/pulumi-resource-openstack" . main.version "$OPENSTACK_VERSION"
}

main() {
  local download=true
  case "${1:-}" in
    --build) download=false ;;
    '') ;;
    *) fail "unknown argument $1: only --build is known" ;;
  esac
  if [ -f "$tools/stamp" ] && [ "$(cat "$tools/stamp")" = "$stamp" ]; then
    exit 0
  fi
  command -v curl >/dev/null || download=false
  mkdir -p "$tools/bin" "$tools/home"
  work=$(mktemp -d "$tools/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT

  if on_path; then
    say "Pulumi $(pulumi version) is on PATH and will do"
  elif ! $download || ! download_cli; then
    $download && say "Pulumi cannot be downloaded here"
    download=false
    find_go
    build_cli
  fi
  if ! $download || ! download_plugin; then
    find_go
    build_plugin
  fi
  "$root/tools/pulumi" version >/dev/null || fail "the Pulumi just installed does not start: remove .tools and try again"
  echo "$stamp" >"$tools/stamp"
  say "ready after $SECONDS s: call it as tools/pulumi"
}

main "$@"
