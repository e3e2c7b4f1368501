#!/usr/bin/env bash
# A User-Mode Linux machine on a bridge of its own; root and the packages user-mode-linux and uml-utilities needed.
#   machine.sh DIR up NAME NUMBER HOSTS [GB:SERIAL]…   address 172.30.99.(10 + NUMBER); HOSTS is address=name,…;
#                                                     each GB:SERIAL is one more disk of so many GiB
#   machine.sh DIR down NAME
#   machine.sh DIR clear                              the bridge, once all are down
#   machine.sh DIR possible                           exit code 1, and the reason, where there can be no such machine
# DIR holds base.ext4 (build.sh) and what the machines write.
set -euo pipefail
dir=$1 what=$2
net=172.30.99 bridge=vdsuml

make_bridge() {
  ! ip link show "$bridge" >/dev/null 2>&1 || return 0
  ip link add "$bridge" type bridge
  ip addr add "$net.1/24" dev "$bridge"
  ip link set "$bridge" up
  sysctl -qw net.ipv4.ip_forward=1
  iptables -t nat -A POSTROUTING -s "$net.0/24" ! -o "$bridge" -j MASQUERADE
  # Docker drops what is forwarded, bridged frames too.
  iptables -I FORWARD -i "$bridge" -j ACCEPT
  iptables -I FORWARD -o "$bridge" -j ACCEPT
}

up() {
  local name=$1 number=$2 hosts=$3 tap=vdsuml$2 disks=() n=1 disk
  shift 3
  make_bridge
  ip link show "$tap" >/dev/null 2>&1 || ip tuntap add mode tap "$tap"
  ip link set "$tap" master "$bridge" up
  for disk in "$@"; do
    rm -f "$dir/$name.$n"
    truncate -s "${disk%%:*}G" "$dir/$name.$n"
    disks+=("ubd$n=$dir/$name.$n,,${disk#*:}")
    n=$((n + 1))
  done
  rm -f "$dir/$name.cow"
  setsid linux.uml umid="vds-$name" ubd0="$dir/$name.cow,$dir/base.ext4" "${disks[@]}" root=/dev/ubda rw mem=1024M \
    vec0:transport=tap,ifname="$tap",depth=128,gro=1 con=null con0=null,fd:2 node.name="$name" node.hosts="$hosts" \
    node.ip="$net.$((10 + number))/24" node.gateway="$net.1" \
    node.dns="$(awk '/^nameserver/ {print $2; exit}' /etc/resolv.conf)" </dev/null >"$dir/$name.log" 2>&1 &
  echo $! >"$dir/$name.pid"
}

down() {
  local name=$1 pid
  [ -f "$dir/$name.pid" ] || return 0
  pid=$(cat "$dir/$name.pid")
  uml_mconsole "vds-$name" halt >/dev/null 2>&1 || true
  for _ in $(seq 20); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.5
  done
  kill -9 "-$pid" 2>/dev/null || true
  rm -f "$dir/$name".{pid,cow,[0-9]}
}

clear_bridge() {
  ip link show "$bridge" >/dev/null 2>&1 || return 0
  for tap in $(ip -o link show master "$bridge" | awk -F '[ :]+' '{print $2}'); do
    ip link del "$tap"
  done
  ip link del "$bridge"
  iptables -t nat -D POSTROUTING -s "$net.0/24" ! -o "$bridge" -j MASQUERADE
  iptables -D FORWARD -i "$bridge" -j ACCEPT
  iptables -D FORWARD -o "$bridge" -j ACCEPT
}

possible() {
  local program
  for program in linux.uml uml_mconsole mmdebstrap; do
    command -v "$program" >/dev/null || {
      echo "machine.sh: $program is missing; apt-get install user-mode-linux uml-utilities mmdebstrap" >&2
      return 1
    }
  done
  if [ "$(id -u)" != 0 ] || [ ! -c /dev/net/tun ]; then
    echo "machine.sh: root and /dev/net/tun are needed for the machines' network" >&2
    return 1
  fi
}

shift 2
case $what in
  up | down) "$what" "$@" ;;
  clear) clear_bridge ;;
  possible) possible ;;
  *)
    echo "machine.sh: up, down, clear or possible expected, not $what" >&2
    exit 2
    ;;
esac
