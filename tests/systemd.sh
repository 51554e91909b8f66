# SPDX-License-Identifier: GPL-2.0-only
# Sourced by tests that need systemd: a real one, process 1 of a process name space, with
# a control group, /run and /etc/fstab of its own and none of the machine's units started.
# sd_start; sd COMMAND...; sd_end. Units go to $W/units before sd_start, fstab to $W/fstab.

sd_groups=()

# The hierarchies systemd needs: all of version 2, or the two of the hybrid layout.
sd_hierarchies() {
	if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
		echo /sys/fs/cgroup
	else
		findmnt -rno TARGET -t cgroup2 | head -n 1
		findmnt -rno TARGET -t cgroup -O name=systemd | head -n 1
	fi
}

sd_start() {
	local h i d
	need unshare nsenter systemctl
	[ -x /lib/systemd/systemd ] || skip "systemd is not installed"
	for h in $(sd_hierarchies); do
		d=$h/rumpfs-systemd-$$
		mkdir "$d" 2> /dev/null || skip "no control group can be made in $h"
		sd_groups+=("$d")
	done
	[ ${#sd_groups[@]} -gt 0 ] || skip "there are no control groups here"
	mkdir -p "$W/units"
	touch "$W/fstab"
	cat > "$W/units/test.target" <<- END
		[Unit]
		DefaultDependencies=no
		AllowIsolate=yes
	END
	# What a start of the whole system would do to the machine must not happen: /tmp and /dev are
	# the machine's. A unit that pulls these in, by its default dependencies, fails instead.
	for d in sysinit.target basic.target systemd-tmpfiles-{setup,setup-dev,clean}.service \
		systemd-{udevd,udev-trigger,sysctl,random-seed,remount-fs,journald}.service; do
		[ -e "$W/units/$d" ] || ln -s /dev/null "$W/units/$d"
	done
	cat > "$W/.init" <<- 'END'
		set -e
		mount --make-rprivate /
		mount -t proc proc /proc
		mount -t tmpfs run /run
		# systemd looks for udevd once, at its start.
		mkdir -p /run/systemd /run/mount /run/lock /run/udev && : > /run/udev/control
		cp -r "$W/units" /run/systemd/system
		if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
			mount -t cgroup2 cgroup2 /sys/fs/cgroup
		else
			mount -t tmpfs cgroup /sys/fs/cgroup
			mkdir /sys/fs/cgroup/unified /sys/fs/cgroup/systemd
			mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified
			mount -t cgroup -o none,name=systemd cgroup /sys/fs/cgroup/systemd
		fi
		mount --bind "$W/fstab" /etc/fstab
		# What it says goes to the kernel's log or to a terminal, never to a file.
		[ ! -e /dev/kmsg ] || mount --bind "$W/systemd.log" /dev/kmsg
		export container=test PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
		exec /lib/systemd/systemd --system --unit=test.target --log-target=kmsg \
			--log-level=info --show-status=no --default-standard-output=inherit
	END
	[ -e /etc/fstab ] || touch /etc/fstab
	sh -c 'for g; do echo 0 > "$g/cgroup.procs"; done
		exec unshare -fpmuiCn --kill-child bash "$W/.init"' sh "${sd_groups[@]}" >> "$W/systemd.log" 2>&1 &
	SD_OUTER=$!
	for ((i = 0; i < 400; i++)); do
		SD_INIT=$(cat "/proc/$SD_OUTER/task/$SD_OUTER/children" 2> /dev/null || true)
		SD_INIT=${SD_INIT%% *}
		[ -z "$SD_INIT" ] || ! sd systemctl is-system-running 2> /dev/null | grep -q running || return 0
		[ -d "/proc/$SD_OUTER" ] || break
		sleep 0.05
	done
	tail -n 20 "$W/systemd.log"
	sd_end
	skip "systemd does not start in a name space here"
}

sd() { nsenter -t "$SD_INIT" -a -- "$@"; }

# As the machine's shutdown would, as far as systemd's units go.
sd_end() {
	local g
	[ -z "$SD_INIT" ] || sd systemctl --no-block exit 2> /dev/null || true
	until_true 15 sd_gone || kill -KILL "$SD_INIT"
	wait "$SD_OUTER" 2> /dev/null || true
	for g in "${sd_groups[@]}"; do
		find "$g" -depth -type d -exec rmdir {} + 2> /dev/null || true
		[ ! -e "$g" ] || note "$g is left"
	done
	sd_groups=()
}
sd_gone() { [ ! -d "/proc/$SD_INIT" ]; }
