# SPDX-License-Identifier: GPL-2.0-only
# udisks2: a real udisksd mounts and unmounts what fstab says is rumpfs, and FAT where mount.vfat is rumpfs.
# timeout: 120
need udisksctl dbus-daemon udevadm nsenter unshare
[ -x /usr/libexec/udisks2/udisksd ] || skip "udisksd is not installed"
[ -x /lib/systemd/systemd-udevd ] || skip "udevd is not installed"
lo=()
sticks_off() { local l; for l in "${lo[@]}"; do losetup -d "$l" 2> /dev/null || true; done; }
trap sticks_off EXIT
dev_start	# udevd makes links and changes modes there
fat "$W/one" 16 16 -n ONE
fat "$W/two" 16 16 -n TWO
for n in one two; do lo+=("$(loop "$W/$n")"); done
echo "${lo[0]} $M rumpfs.vfat noauto,umask=022 0 0" > fstab
cp -a /usr/sbin sbin
rm -f sbin/mount.vfat
mkdir conf
# With a bus, a udevd and a udisksd that nobody else sees.
world_start <<- 'END'
	touch /etc/fstab && mount --bind "$W/fstab" /etc/fstab
	mount --bind "$W/sbin" /usr/sbin
	mount -t tmpfs media /media
	mkdir "$W/lib" "$W/lib.work"	# /var/lib/udisks2 is there only where udisksd has run before
	mount -t overlay lib -o "lowerdir=/var/lib,upperdir=$W/lib,workdir=$W/lib.work" /var/lib
	mkdir -p /etc/udisks2 && mount --bind "$W/conf" /etc/udisks2
	/lib/systemd/systemd-udevd --daemon
	dbus-daemon --session --address=unix:path=/run/bus --fork --nopidfile
END
trap 'kill -KILL "$WORLD"; sticks_off' EXIT
in_ns() { nsenter -t "$WORLD" -a -- env DBUS_SYSTEM_BUS_ADDRESS=unix:path=/run/bus "$@"; }
in_ns udevadm trigger --settle --action=add --name-match="${lo[0]}" --name-match="${lo[1]}"
in_ns /usr/libexec/udisks2/udisksd --debug > udisksd.log 2>&1 &
sees() { in_ns udisksctl info -b "$1" 2> /dev/null | grep -q "IdLabel: *$2"; }
until_true 20 sees "${lo[0]}" ONE && sees "${lo[1]}" TWO || { tail udisksd.log; die "udisks does not see the sticks"; }
udisks() { in_ns udisksctl "$1" --no-user-interaction -b "$2"; }

# What is in fstab it mounts by mount(8), as fstab says.
has "$(udisks mount "${lo[0]}")" "^Mounted ${lo[0]} at $M"
is "$(in_ns findmnt -rno SOURCE,FSTYPE "$M")" "${lo[0]} fuseblk.rumpfs.vfat"
is "$(in_ns stat -c %a "$M")" 755
fails 1 'already mounted' udisks mount "${lo[0]}"
in_ns sh -c "echo one > '$M/f'"
udisks unmount "${lo[0]}" > /dev/null
ended "${lo[0]}"
is "$(mtype -i one ::f)" one

# What is not, it mounts as vfat, which is ours where /sbin/mount.vfat is; with what it says for a desktop's user.
fails 1 'vfat' udisks mount "${lo[1]}"
in_ns ln -s mount.rumpfs /usr/sbin/mount.vfat
has "$(udisks mount "${lo[1]}")" "^Mounted ${lo[1]} at /media/root/TWO"
has "$(in_ns findmnt -rno FSTYPE,OPTIONS /media/root/TWO)" '^fuseblk.rumpfs.vfat rw,nosuid,nodev'
has "$(in_ns udisksctl info -b "${lo[1]}")" 'MountPoints: +/media/root/TWO'
in_ns sh -c "echo two > /media/root/TWO/f"
in_ns sh -c "exec 3> /media/root/TWO/g; udisksctl unmount --no-user-interaction -b '${lo[1]}'" > busy 2>&1 && die "unmounted while busy"
has "$(cat busy)" 'Error unmounting'
is "$(in_ns findmnt -rno TARGET "${lo[1]}")" /media/root/TWO
udisks unmount "${lo[1]}" > /dev/null
ended "${lo[1]}"
[ ! -e "/proc/$WORLD/root/media/root/TWO" ] || die "the directory is left"
is "$(mtype -i two ::f)" two
# The configuration for later versions of udisks does this one no harm.
cp "$BUILD/stage/usr/local/share/doc/rumpfs/examples/udisks-mount_options.conf" conf/mount_options.conf
has "$(udisks mount "${lo[1]}")" '^Mounted'
udisks unmount "${lo[1]}" > /dev/null
ended "${lo[1]}"
world_end
trap sticks_off EXIT
sticks_off
clean one && clean two
dev_end
