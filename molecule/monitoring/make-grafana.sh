#!/bin/sh
# A stand-in for Grafana's package, which is in no archive that a test may count on: what it makes on a node, a user, a
# folder and a unit of the same names, and a service that only sleeps. In a signed repository of files, in /srv/grafana.
set -eu

package=$(mktemp -d)
mkdir -p "$package/DEBIAN" "$package/etc/grafana" "$package/lib/systemd/system"
chmod 755 "$package"
cat >"$package/DEBIAN/control" <<END
Package: grafana
Version: 0-stand-in
Architecture: all
Maintainer: The tests <tests@example.com>
Description: stand-in for Grafana
END
cat >"$package/DEBIAN/postinst" <<END
#!/bin/sh
set -e
id grafana >/dev/null 2>&1 || useradd --system --user-group --no-create-home --shell /usr/sbin/nologin grafana
chown -R root:grafana /etc/grafana
END
chmod 755 "$package/DEBIAN/postinst"
cat >"$package/lib/systemd/system/grafana-server.service" <<END
[Unit]
Description=Stand-in for Grafana

[Service]
User=grafana
Group=grafana
ExecStart=/usr/bin/sleep infinity

[Install]
WantedBy=multi-user.target
END

mkdir -p /srv/grafana
cd /srv/grafana
dpkg-deb --build --root-owner-group "$package" grafana.deb
apt-ftparchive packages . >Packages
apt-ftparchive release . >/tmp/Release
mv /tmp/Release Release

GNUPGHOME=$(mktemp -d)
export GNUPGHOME
gpg --batch --quiet --passphrase '' --quick-generate-key 'The tests <tests@example.com>' rsa3072 sign never
gpg --batch --armor --export >key.asc
gpg --batch --clearsign --output InRelease Release
gpgconf --kill gpg-agent
rm -rf "$package" "$GNUPGHOME"
