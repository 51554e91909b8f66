# SPDX-License-Identifier: GPL-2.0-only
# Under a real systemd: a scope for each daemon, fstab's .mount and .automount units, our example units, shutdown.
# timeout: 180
. "$T/systemd.sh"
fat "$I" 16 16
for i in 1 2 3 4; do fat "$W/img$i" 16 16; mkdir "$W/m$i"; done
cat > fstab <<- END
	$W/img1 $W/m1 rumpfs.vfat noauto,x-systemd.automount,x-systemd.idle-timeout=2s,nofail 0 0
	$W/img2 $W/m2 rumpfs.vfat noauto 0 0
	UUID=DEAD-BEEF $W/m5 rumpfs.vfat nofail,x-systemd.device-timeout=1s 0 0
	server:/export $W/m6 rumpfs.nfs _netdev,nofail 0 0
	$W/img4 $W/m4 rumpfs.vfat defaults 0 0
END
mkdir m5 m6 ex
escaped() { systemd-escape -p --suffix="$1" "$2"; }
mkdir units
# The examples, as they are and with our image. Here nothing of the system's is started, so there is nothing to be ordered after.
examples=$BUILD/stage/usr/local/share/doc/rumpfs/examples
mkdir verify
cp "$examples"/media-stick.{mount,automount} verify
(cd verify && SYSTEMD_UNIT_PATH=$PWD: systemd-analyze verify ./media-stick.mount ./media-stick.automount > ../verify.log 2>&1) ||
	{ cat verify.log; die "systemd-analyze verify"; }
has_not "$(cat verify.log)" 'media-stick'
for kind in mount automount; do
	sed "s|/media/stick|$W/m3|; s|/dev/disk/by-label/STICK|$W/img3|; s/^\[Unit\]/&\nDefaultDependencies=no/; s/^TimeoutIdleSec=.*/TimeoutIdleSec=2/" \
		"$examples/media-stick.$kind" > "units/$(escaped $kind "$W/m3")"
done
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

# The rest of the system stays off: it would clean the machine's /tmp, and set up its /dev.
fails 1 'masked' sd systemctl start sysinit.target
fails 1 'masked' sd systemctl start systemd-tmpfiles-setup.service

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

# What fstab's other options come to.
of() { sd systemctl show -p "$1" --value "$(escaped mount "$2")" | tr ' ' '\n'; }
has "$(of RequiredBy "$W/m4")" '^local-fs.target$'
has_not "$(of RequiredBy "$W/m5")" 'local-fs.target'
has "$(of WantedBy "$W/m5")" '^local-fs.target$'
has "$(of After "$W/m6")" '^network-online.target$|^network.target$'
has "$(of WantedBy "$W/m6")" '^remote-fs.target$'
has_not "$(of WantedBy "$W/m6")" '^local-fs.target$'
has "$(sd systemctl show -p JobRunningTimeoutUSec --value "$(systemd-escape -p --suffix=device /dev/disk/by-uuid/DEAD-BEEF)")" '^1s$'
began=$SECONDS
fails 1 'ependency' sd systemctl start "$(escaped mount "$W/m5")"
((SECONDS - began < 30)) || die "a missing device was waited for $((SECONDS - began)) s"

# The example of an automount.
unit=$(escaped automount "$W/m3")
sd systemctl start "$unit"
sd sh -c "echo x > '$W/m3/example'"
has "$(sd findmnt -no OPTIONS "$W/m3")" 'rw,nosuid,nodev'
idle3() { ! grep -q " $W/m3 .* fuse.rumpfs" "/proc/$SD_INIT/mountinfo"; }
until_true 20 idle3 || die "not unmounted when idle"
is "$(mtype -i "$W/img3" ::example)" x
sd systemctl stop "$unit"

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
