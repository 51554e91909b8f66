# SPDX-License-Identifier: GPL-2.0-only
# meson install to another prefix, a mount from there, a second install, uninstall: no file is left but what was configured.
# timeout: 240
. "$T/root.sh"
need meson ninja
cat > install.sh <<- 'END'
	set -e
	cd "$1"
	shift
	"$@"
END
meson setup b "$TOP" --prefix=/opt/rumpfs -Dtests=false -Dbench=false "-Dlinked_kernels=$BUILD/rumpkern" > meson.log 2>&1 ||
	{ cat meson.log; die "meson setup"; }
ninja -C b > ninja.log 2>&1 || { tail -n 20 ninja.log; die "ninja"; }

# Where a package is made of it: below DESTDIR, and nowhere else; at its places, with their modes.
touch before
DESTDIR=$W/dest meson install -C b --no-rebuild --quiet
is "$(cd dest && find . -mindepth 1 -maxdepth 2 | sort | tr '\n' ' ')" "./opt ./opt/rumpfs ./sbin $(cd dest && find sbin -mindepth 1 | sort |
	sed 's|^|./|' | tr '\n' ' ')./usr ./usr/lib "
[ -u dest/opt/rumpfs/lib/*/rumpfs/rumpfs-user ] || die "rumpfs-user is not setuid"
is "$(find dest ! -type l ! -user root)" ""
is "$(find dest -perm /022 ! -type l)" ""
is "$(cd dest && for l in $(find . -type l); do [ -e "$l" ] || echo "$l"; done)" "" "links to nothing"
has "$(cat dest/opt/rumpfs/etc/rumpfs/automount.conf)" '^enabled = no$'
has "$(PKG_CONFIG_PATH=$(echo dest/opt/rumpfs/lib/*/pkgconfig) pkg-config --variable=rumplibdir librump)" '^/opt/rumpfs/lib/.*/rumpfs$'
DESTDIR=$W/dest ninja -C b uninstall > uninstall.log 2>&1 || { cat uninstall.log; die "uninstall"; }
is "$(find dest ! -type d)" dest/opt/rumpfs/etc/rumpfs/automount.conf

# On a system: mount, install once more below the mount, take it away below the mount.
root_start
image=/mnt/$$.img	# daemons are found by their source
for d in "$TOP" "$BUILD"; do mkdir -p "root/$d" && mount --bind "$d" "root/$d"; done
root_files > before
in_root bash "$W/install.sh" "$W" meson install -C b --no-rebuild --quiet
fat root$image 16 16
in_root mount -t rumpfs.vfat $image /mnt/m
worker=$(worker_of $image)
has "$(readlink "/proc/$worker/exe")" '/opt/rumpfs/lib/.*/rumpfsd$'
has "$(in_root /opt/rumpfs/sbin/rumpfs status /mnt/m)" " vfat .* $worker "
in_root man -M /opt/rumpfs/share/man -w 8 mount.rumpfs > /dev/null
sed -i 's/^types = .*/types = vfat ext4/' root/opt/rumpfs/etc/rumpfs/automount.conf
in_root bash "$W/install.sh" "$W" meson install -C b --no-rebuild --quiet
has "$(cat root/opt/rumpfs/etc/rumpfs/automount.conf)" '^types = vfat ext4$'
echo x > root/mnt/m/f
in_root bash "$W/install.sh" "$W" ninja -C b uninstall > uninstall.log 2>&1 || { cat uninstall.log; die "uninstall"; }
echo y >> root/mnt/m/f
in_root umount /mnt/m
ended $image
clean root$image
is "$(mtype -i root$image ::f)" "$(printf 'x\ny')"
rm root$image
root_files > after
# meson does not remove directories.
left() { comm -13 before after | grep -v "^layers/up$W/b/" | while read -r f; do [ -d "$f" ] || [ -d "layers/up/$f" ] || echo "$f"; done; }
is "$(left)" layers/up/opt/rumpfs/etc/rumpfs/automount.conf
is "$(comm -23 before after)" ""
