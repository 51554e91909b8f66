# SPDX-License-Identifier: GPL-2.0-only
# Memory cards and what is soldered in, which are no loop devices: the rule, as udevadm(8) reads it for
# devices in a /sys that is made up, takes SD cards and USB sticks, not eMMC and what USB calls fixed.
need udevadm unshare mknod
stage=$BUILD/stage
fat "$W/fs" 16 16
loop=$(loop "$W/fs")
trap 'losetup -d "$loop" 2> /dev/null || true' EXIT
number=$(cat "/sys/block/${loop#/dev/}/dev")
mkdir rules etc dev
own_start /etc
cp /usr/lib/udev/rules.d/60-persistent-storage.rules "$stage/usr/lib/udev/rules.d/90-rumpfs-automount.rules" rules
echo 'KERNEL=="sd*", ENV{ID_BUS}="usb"' > rules/10-test.rules
sed 's/^enabled.*/enabled = yes/' "$stage/etc/rumpfs/automount.conf" > etc/automount.conf

# asks NAME BUS ATTRIBUTE VALUE: what udev would run for the disk NAME, which hangs off a device with that on that bus.
asks() {
	local device=devices/platform/host/$1dev
	rm -rf sys
	mkdir -p "sys/$device/block/$1" "sys/bus/$2" sys/class/block
	echo "$4" > "sys/$device/$3"
	touch "sys/$device/uevent"
	ln -s "$W/sys/bus/$2" "sys/$device/subsystem"
	ln -s "$W/sys/class/block" "sys/$device/block/$1/subsystem"
	echo "$number" > "sys/$device/block/$1/dev"
	printf 'MAJOR=%s\nMINOR=%s\nDEVNAME=%s\nDEVTYPE=disk\n' "${number%:*}" "${number#*:}" "$1" > "sys/$device/block/$1/uevent"
	name=$1 unshare -m --propagation private bash -e > asked 2>&1 <<- 'END'
		mount --bind "$W/rules" /usr/lib/udev/rules.d
		mkdir -p /etc/rumpfs
		mount --bind "$W/etc" /etc/rumpfs
		mount -t tmpfs dev "$W/dev"
		cp -a /dev/null "$W/dev"
		mknod "$W/dev/$name" b "${number%:*}" "${number#*:}"
		mount --bind "$W/sys" /sys
		mount --bind "$W/dev" /dev
		mount -t tmpfs run /run
		SYSTEMD_DEVICE_VERIFY_SYSFS=0 udevadm test --action=add "/sys/devices/platform/host/${name}dev/block/$name"
	END
	has "$(cat asked)" '^ID_FS_USAGE=filesystem'
	sed -n "s/^run: '.*automount \(.*\)'/\1/p" asked
}
export W number
is "$(asks mmcblk5 mmc type SD)" "detach mount mmcblk5"
is "$(asks mmcblk5 mmc type MMC)" ""
is "$(asks sdz usb removable removable)" "detach mount sdz"
is "$(asks sdz usb removable unknown)" "detach mount sdz"
is "$(asks sdz usb removable fixed)" ""
losetup -d "$loop"
own_end /etc
