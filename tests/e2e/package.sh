# SPDX-License-Identifier: GPL-2.0-only
# The Debian packages: one command builds them, clean for lintian; installed, upgraded and removed under a mount, no trace.
# timeout: 600
. "$T/root.sh"
need dpkg-buildpackage dh lintian
grep -q '^ID=debian' /etc/os-release || skip "this is no Debian"
mkdir src
(cd "$TOP" && { git -c safe.directory='*' ls-files -z --cached --others --exclude-standard 2> /dev/null ||
	find . \( -path './build*' -o -path ./.git \) -prune -o -type f -print0; } | xargs -0 cp -a --parents -t "$W/src")
# The kernels are those of this build; everything else is built as for a release.
export RUMPFS_MESON_OPTIONS="-Dlinked_kernels=$BUILD/rumpkern" DEB_BUILD_OPTIONS="noddebs parallel=2"
(cd src && dpkg-buildpackage -us -uc -b) > build.log 2>&1 || { tail -n 40 build.log; die "dpkg-buildpackage"; }
has_not "$(cat build.log)" 'compiling Linux'
lintian --allow-root --fail-on error,warning -I --pedantic ./*.changes > lintian.log 2>&1 || { cat lintian.log; die "lintian"; }
# Every override has its reason above it, and overrides something.
has_not "$(cat lintian.log)" 'mismatched-override|unused-override'
awk '/^#/ { why = 1; next } !why { print FILENAME ": no reason: " $0; bad = 1 } { why = 0 } END { exit bad }' src/debian/*.lintian-overrides ||
	die "overrides without a reason"

root_start
image=/mnt/$$.img	# daemons are found by their source
pkg() { in_root dpkg "$@" >> dpkg.log 2>&1 || { cat dpkg.log; die "dpkg $*"; }; }
mkdir root/tmp/debs
cp ./*.deb root/tmp/debs
root_files > before

pkg -i $(in_root sh -c 'echo /tmp/debs/rumpfs_*.deb')
pkg -i $(in_root sh -c 'echo /tmp/debs/rumpfs-automount_*.deb /tmp/debs/librump-dev_*.deb')
is "$(stat -c %a root/usr/lib/*/rumpfs/rumpfs-user)" 4755
has "$(cat root/etc/rumpfs/automount.conf)" '^enabled = no$'
in_root man -w 8 mount.rumpfs 8 rumpfs.vfat 5 rumpfs-automount.conf > /dev/null
# A file that no dependency brings would be missing on another system.
for f in $(in_root sh -c 'ldd /sbin/mount.rumpfs /usr/lib/*/rumpfs/rumpfsd' | grep -oE '/[^ ]*/lib(blkid|uring)[^ ]*' | sort -u); do
	has "$(in_root dpkg -s rumpfs)" "^Depends: .*\\b$(in_root dpkg -S "$(realpath "$f")" | cut -d : -f 1)\\b"
done
fat root$image 16 16
in_root mount -t rumpfs.vfat $image /mnt/m
echo before > root/mnt/m/f
worker=$(worker_of $image) keeper=$(keeper_of $image)
has "$(readlink "/proc/$worker/exe")" '/usr/lib/[^/]*/rumpfs/'

# The next version comes while it is mounted: the daemon goes on, guarded as before, and the new programs know it.
mkdir next
dpkg-deb -R rumpfs_*.deb next
sed -i 's/^Version: .*/&.1/' next/DEBIAN/control
echo "# next" >> next/usr/share/bash-completion/completions/rumpfs
dpkg-deb -Znone --root-owner-group -b next root/tmp/debs/next.deb > dpkg-deb.log
pkg -i --force-depends /tmp/debs/next.deb
is "$(worker_of $image)" "$worker"
echo after >> root/mnt/m/f
is "$(cat root/mnt/m/f)" "$(printf 'before\nafter')"
has "$(in_root rumpfs status /mnt/m)" "vfat .* $worker "
kill -KILL "$keeper"
spare_took_over() { [ "$(keeper_of $image)" != "$keeper" ] && [ -n "$(spare_of $image)" ]; }
until_true 10 spare_took_over || die "the old daemon has no keeper after the upgrade"
in_root umount /mnt/m
ended $image
clean root$image
in_root mount -t rumpfs.vfat $image /mnt/m
is "$(cat root/mnt/m/f)" "$(printf 'before\nafter')"

# Away, while it is mounted: what was written comes to the disk, and not a file of theirs is left.
random data 3000000
cp data root/mnt/m/data
pkg -P --force-depends rumpfs-automount librump-dev rumpfs
cmp data root/mnt/m/data
in_root umount /mnt/m
ended $image
clean root$image
mcopy -i root$image ::data copy && cmp data copy
fails 32 "unknown filesystem type" in_root mount -t rumpfs.vfat $image /mnt/m
rm root$image
root_files > after
diff before after || die "left by the packages, or taken away with them"
has_not "$(in_root dpkg -l 'rumpfs*' 'librump*' 2>&1)" '^[a-z][a-z] +(rumpfs|librump)'
