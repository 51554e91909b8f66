# SPDX-License-Identifier: GPL-2.0-only
# The daemon is nobody's: not ended with the cgroup, the session or the terminal of who mounted; titles, syslog, OOM.
need setsid script python3
fat "$I" 16 16
fat "$W/img2" 16 16
mkdir m2

# Its title, what it is for the OOM killer, its session.
oom=$(sh -c 'echo -500 > /proc/self/oom_score_adj; cat /proc/self/oom_score_adj' 2> /dev/null)
[ "$oom" = -500 ] || note "not even root may lower oom_score_adj here (CAP_SYS_RESOURCE)"
syslog_start
mnt
keeper=$(keeper_of "$I") worker=$(worker_of "$I")
for pid in $keeper $worker; do
	is "$(tr '\0' ' ' < "/proc/$pid/cmdline")" "rumpfs.vfat $I "
	is "$(cat "/proc/$pid/oom_score_adj")" "$oom"
	is "$(readlink "/proc/$pid/cwd")" /
done
is "$(ps -o sid= -p "$keeper" | tr -d ' ')" "$keeper"
is "$(ps -o tty= -p "$keeper")" "?"
kill -TERM "$keeper"
ended
syslog_has "rumpfs.vfat\[$I\]: .*$M detached"
syslog_end

# The terminal and its session go away.
script -qec "mount -t rumpfs.vfat '$I' '$M'; mount -t rumpfs.vfat -o errors=continue '$W/img2' '$W/m2'; kill -HUP 0" /dev/null < /dev/null > /dev/null 2>&1 || true
for d in "$M" "$W/m2"; do mounted "$d" || die "$d was not mounted"; echo x > "$d/f"; done
kill -HUP "$(keeper_of "$I")" "$(worker_of "$I")"
echo y >> "$M/f"
is "$(cat "$M/f")" "$(printf 'x\ny')"
unmnt
unmnt "$W/m2" "$W/img2"

# The control group of who mounted is ended; nothing of ours stays there, or anywhere afterwards.
root=$(findmnt -rno TARGET -t cgroup2 | head -n 1)
[ -n "$root" ] || skip "there is no cgroup2 here"
[ -e /run/systemd/system ] && { note "systemd runs here: see systemd.sh"; exit 0; }
group=$root/rumpfs-test-$$
mkdir "$group" 2> /dev/null || skip "no cgroup can be made in $root"
trap 'rmdir "$group"' EXIT
sh -c "echo 0 > '$group/cgroup.procs' && mount -t rumpfs.vfat '$I' '$M' && mount -t rumpfs.vfat '$W/img2' '$W/m2'"
for image in "$I" "$W/img2"; do
	keeper=$(keeper_of "$image")
	has "$(cat "/proc/$keeper/cgroup")" "^0::/rumpfs/$keeper\$"
	is "$(cat "/proc/$(worker_of "$image")/cgroup")" "$(cat "/proc/$keeper/cgroup")"
done
is "$(cat "$group/cgroup.procs")" ""
echo 1 > "$group/cgroup.kill" 2> /dev/null || note "this kernel has no cgroup.kill"
echo z > "$M/g"
first=$(keeper_of "$I") second=$(keeper_of "$W/img2")
unmnt
[ ! -e "$root/rumpfs/$first" ] || die "the group of the first mount is still there"
# One that was killed: the next takes its group away.
kill -KILL "$second"
umount "$W/m2"
ended "$W/img2"
sh -c "echo 0 > '$group/cgroup.procs' && mount -t rumpfs.vfat '$I' '$M'"
[ ! -e "$root/rumpfs/$second" ] || die "the group of a killed daemon is still there"
unmnt
[ ! -e "$root/rumpfs" ] || rmdir "$root/rumpfs" || die "$root/rumpfs is left: $(ls "$root/rumpfs")"
clean

# In a group from which it may not move it mounts all the same.
if mount --bind -o ro "$root" "$root" 2> /dev/null && mount -o remount,bind,ro "$root"; then
	mnt && unmnt
	umount "$root"
fi
