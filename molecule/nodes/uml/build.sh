#!/usr/bin/env bash
# The disk that User-Mode Linux machines start from: build.sh DIR. Makes DIR/base.ext4 and a key pair DIR/id unless they
# are there and newer than this. Needs root and the Debian packages mmdebstrap, e2fsprogs, openssh-client, user-mode-linux.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ! "$dir/base.ext4" -nt "$here/build.sh" ] || exit 0
for program in mmdebstrap mke2fs ssh-keygen linux.uml; do
  command -v "$program" >/dev/null || {
    echo "build.sh: $program is missing; apt-get install mmdebstrap e2fsprogs openssh-client user-mode-linux" >&2
    exit 2
  }
done
[ -f "$dir/id" ] || ssh-keygen -q -t ed25519 -N '' -f "$dir/id"
work=$(mktemp -d "$dir/.building.XXXXXX")
trap 'rm -rf "$work"' EXIT
export TMPDIR=$work

# Devices that are not there are not waited for; nothing is fetched behind a test's back.
masked=(
  apt-daily.timer apt-daily-upgrade.timer dev-hugepages.mount dev-mqueue.mount e2scrub_reap getty.target getty@tty1
  modprobe@configfs modprobe@drm modprobe@efi_pstore sys-kernel-config.mount sys-kernel-debug.mount
  sys-kernel-tracing.mount systemd-binfmt systemd-networkd systemd-pstore systemd-remount-fs
)
# Programs start slowly here: what every node of a scenario installs is there already, and what one of them installs has
# been fetched (a role still installs it).
# shellcheck disable=SC2016 # $1 and $MMDEBSTRAP_APT_CONFIG are mmdebstrap's
mmdebstrap --quiet --variant=minbase --mode=root --skip=cleanup/apt \
  --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io \
  --include=ca-certificates,curl,dbus,iproute2,iputils-ping,kmod,less,libpam-systemd,nfs-common,openssh-server,procps \
  --include=python3,python3-apt,sudo,systemd,systemd-sysv,udev,usr-is-merged \
  --customize-hook='mkdir -p "$1/usr/lib/modules" && cp -a /usr/lib/uml/modules/6.* "$1/usr/lib/modules/"' \
  --customize-hook="mkdir -pm700 \"\$1/root/.ssh\" && cp '$dir/id.pub' \"\$1/root/.ssh/authorized_keys\"" \
  --customize-hook=": > \"\$1/etc/fstab\"; : > \"\$1/etc/machine-id\"" \
  --customize-hook="install -m 755 '$here/node-net' \"\$1/usr/local/sbin/\"" \
  --customize-hook="install -m 644 '$here/node-net.service' \"\$1/etc/systemd/system/\"" \
  --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get clean' \
  --customize-hook='APT_CONFIG=$MMDEBSTRAP_APT_CONFIG apt-get -qq install --download-only nfs-kernel-server' \
  --customize-hook='chroot "$1" systemctl -q enable node-net && chroot "$1" systemctl -q set-default multi-user.target' \
  --customize-hook="chroot \"\$1\" systemctl -q mask ${masked[*]}" \
  bookworm "$work/root.tar"
mkdir "$work/root"
tar -C "$work/root" -xf "$work/root.tar"
mke2fs -q -t ext4 -E lazy_itable_init=0 -O ^has_journal -d "$work/root" "$work/base.ext4" 8G
mv "$work/base.ext4" "$dir/base.ext4"
