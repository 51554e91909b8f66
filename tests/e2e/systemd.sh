# SPDX-License-Identifier: GPL-2.0-only
# Under a real systemd: a scope for each daemon, fstab's .mount and .automount units, units by hand, shutdown.
# timeout: 180
. "$T/systemd.sh"
fat "$I" 16 16
for i in 1 2 3 4; do fat "$W/img$i" 16 16; mkdir "$W/m$i"; done
cat > fstab <<- END
	$W/img1 $W/m1 rumpfs.vfat noauto,x-systemd.automount,x-systemd.idle-timeout=2s,nofail 0 0
	$W/img2 $W/m2 rumpfs.vfat noauto 0 0
END
escaped() { systemd-escape -p --suffix="$1" "$2"; }
mkdir units
cat > "units/$(escaped mount "$W/m3")" <<- END
	[Unit]
	DefaultDependencies=no
	[Mount]
	What=$W/img3
	Where=$W/m3
	Type=rumpfs.vfat
	Options=umask=022
END
cat > units/mounter.service <<- END
	[Unit]
	DefaultDependencies=no
	[Service]
	Type=oneshot
	ExecStart=mount -t rumpfs.vfat "$I" "$M"
END
sd_start
in_scope() { sd cat "/proc/$(sd pgrep -of "^rumpfs.* $1\$")/cgroup" | grep -q "/system.slice/rumpfs-[0-9]*.scope"; }
active() { [ "$(sd systemctl is-active "$1")" = active ]; }
inactive() { ! active "$1"; }
sd_mounted() { sd mountpoint -q "$1"; }
sd_not_mounted() { ! sd mountpoint -q "$1"; }

# A service mounts and ends, with all that is in its group: the mount stays.
sd systemctl start mounter
sd_mounted "$M" || { tail "$W/systemd.log"; die "the service did not mount"; }
until_true 10 in_scope "$I" || die "in $(sd cat "/proc/$(sd pgrep -of " $I\$")/cgroup")"
scope=$(sd systemctl list-units --plain --no-legend 'rumpfs-*.scope' | cut -d ' ' -f 1)
has "$(sd systemctl show -p Description "$scope")" "rumpfs.vfat $I on $M"
is "$(sd cat "/sys/fs/cgroup/$(sd findmnt -rno TARGET -t cgroup2 | grep -q unified && echo unified)/system.slice/$scope/cgroup.procs" | wc -l)" 3 "keeper, spare, worker"
sd sh -c "echo x > '$M/f'"
sd umount "$M"
until_true 10 inactive "$scope" || die "$scope goes on"
is "$(sd systemctl --failed --no-legend)" ""

# fstab: mounted by hand and by systemctl, ended by its unit.
unit=$(escaped mount "$W/m2")
sd systemctl start "$unit"
sd_mounted "$W/m2"
until_true 10 in_scope "$W/img2" || die "no scope"
is "$(sd systemctl show -p SubState --value "$unit")" mounted
sd systemctl stop "$unit"
sd_not_mounted "$W/m2" || die "still mounted"
sd mount "$W/m2"
until_true 10 active "$unit"
sd umount "$W/m2"
until_true 10 inactive "$unit" || die "the unit did not notice"

# x-systemd.automount: at the first access, and off again when idle.
unit=$(escaped automount "$W/m1")
sd systemctl start "$unit"
has "$(sd findmnt -no FSTYPE "$W/m1")" autofs
sd sh -c "echo auto > '$W/m1/f'"
has "$(sd findmnt -no FSTYPE "$W/m1")" fuse.rumpfs.vfat
# Looking at the directory would be a use of it.
idle() { ! grep -q " $W/m1 .* fuse.rumpfs" "/proc/$SD_INIT/mountinfo"; }
until_true 20 idle || die "not unmounted when idle"
is "$(mtype -i "$W/img1" ::f)" auto
is "$(sd cat "$W/m1/f")" auto
sd systemctl stop "$unit"
until_true 10 idle || die "still mounted after its automount was stopped"

# A unit written by hand; then everything goes down in order, with data not yet written.
sd systemctl start "$(escaped mount "$W/m3")"
sd sh -c "stat -c %a '$W/m3'" | grep -qx 755
random data 5000000
sd cp "$W/data" "$W/m3/data"
sd systemctl start "$(escaped mount "$W/m2")"
sd cp "$W/data" "$W/m2/data"
sd mount -t rumpfs.vfat "$W/img4" "$W/m4"
sd cp "$W/data" "$W/m4/data"
sd_end
for i in 1 2 3 4; do clean "$W/img$i"; done
for i in 2 3 4; do mcopy -o -i "$W/img$i" ::data copy; cmp copy data || die "m$i lost data"; done
