# SPDX-License-Identifier: GPL-2.0-only
# Sourced by tests that plug in sticks: loop devices, and a real udevd with our rule, to which they are
# whatever the test says, under a systemd (variant "systemd") or without (variant "udev").
#
#	sticks_begin; stick NAME... (images $W/NAME); usb NAME...; sticks_start; ...; sticks_end
#
# In between: fstab in $W/fstab, the configuration in $W/etc/automount.conf, and what follows below.
. "$T/systemd.sh"

stage=$BUILD/stage
declare -A dev	# by NAME
lo=()

sticks_begin() {
	need udevadm nsenter setsid flock iconv
	[ -x /lib/systemd/systemd-udevd ] || skip "udevd is not installed"
	[ -e "$stage/usr/lib/udev/rules.d/90-rumpfs-automount.rules" ] || die "the rule is not installed"
	trap sticks_detach EXIT
	dev_start
	mkdir rules etc units
	touch fstab
}
sticks_detach() {
	local l
	for l in "${lo[@]}"; do losetup -d "$l" 2> /dev/null || true; done
	lo=()
}
stick() { local n; for n; do dev[$n]=$(loop "$W/$n"); lo+=("${dev[$n]}"); done; }
k() { basename "${dev[$1]}"; }
usb() { local n; for n; do echo "KERNEL==\"$(k "$n")\", ENV{ID_BUS}=\"usb\"" >> rules/10-test.rules; done; }

# A udevd with the rules for block devices and ours.
sticks_start() {
	cp /usr/lib/udev/rules.d/60-persistent-storage.rules "$stage/usr/lib/udev/rules.d/90-rumpfs-automount.rules" rules
	cp /usr/lib/udev/rules.d/99-systemd.rules rules 2> /dev/null || true
	own_start /etc
	mkdir -p /usr/lib/udev/rules.d /etc/rumpfs
	mount --bind rules /usr/lib/udev/rules.d
	cp "$stage/etc/rumpfs/automount.conf" etc
	mount --bind etc /etc/rumpfs
	if [ "$VARIANT" = systemd ]; then
		cp "$stage/usr/lib/systemd/system/rumpfs-mount@.service" units
		systemd-analyze verify "units/rumpfs-mount@.service" 2>&1 | grep -i 'rumpfs-mount' && die "the unit is wrong"
		printf '[Unit]\nDefaultDependencies=no\n[Service]\nType=notify\nPrivateMounts=yes\nExecStart=/lib/systemd/systemd-udevd\n' > units/udevd.service
		sd_start
		sd systemctl start udevd
		return
	fi
	# With a udevd whose mounts nobody else sees.
	world_start <<- 'END'
		mount --bind "$W/fstab" /etc/fstab
		unshare -m --propagation private /lib/systemd/systemd-udevd --daemon
	END
	SD_INIT=$WORLD
	trap 'kill -KILL "$WORLD"; sticks_detach' EXIT
}

sticks_end() {
	if [ "$VARIANT" = systemd ]; then
		sd_end
	else
		world_end
		trap sticks_detach EXIT
	fi
	umount /etc/rumpfs /usr/lib/udev/rules.d
	own_end /etc
	sticks_detach
}

plug() { local n; for n; do sd udevadm trigger --settle --action=add --name-match="${dev[$n]}"; done; sd udevadm settle; }
# What the kernel says when the device goes: only its own event, the loop device stays.
pull() { sd udevadm trigger --settle --action=remove --name-match="${dev[$1]}"; sd udevadm settle; }
# Where it is mounted.
at() { awk -v d="${dev[$1]}" '{ for (i = 6; i < NF; i++) if ($i == "-" && $(i + 2) == d) print $5 }' "/proc/$SD_INIT/mountinfo"; }
is_at() { [ -n "$(at "$1")" ]; }
is_off() { [ -z "$(at "$1")" ]; }
