# SPDX-License-Identifier: GPL-2.0-only
# Limits and ignored signals of the shell that mounts are not those of the daemon, which would be killed by them.
fat "$I" 32 1024
random "$W/data" 8000000

# What has been written was more, and lasted longer, than the caller may.
(ulimit -S -f 1000; mnt)
cp "$W/data" "$M/data"
sync -f "$M"
cmp "$W/data" "$M/data"
umount "$M"
ended
clean

(ulimit -S -t 1; mnt)
worker=$(worker_of "$I")
is "$(awk '/^Max cpu time/ { print $4 }' "/proc/$worker/limits")" unlimited
is "$(awk '/^Max file size/ { print $4 }' "/proc/$worker/limits")" unlimited
unmnt

# Few descriptors, little memory and stack.
for limit in '-n 5' '-n 12' '-n 20' '-v 60000' '-s 128' '-f 0'; do
	(ulimit -S $limit; mnt) || die "ulimit $limit: cannot be mounted"
	(ulimit -S $limit; umount.rumpfs "$M") || die "ulimit $limit: cannot be unmounted"
	ended
done

# What nobody may raise is an error with a reason.
! unshare -U -r true 2> /dev/null || fails 2 'mounting failed: .*(File too large|memory)' unshare -U -r -m bash -c "ulimit -f 1000; exec mount.rumpfs '$I' '$M'"
nothing_left

# Who ignores SIGCHLD learns of the end of a mount in the foreground.
env --ignore-signal=CHLD mount.rumpfs -t vfat -o foreground "$I" "$M" > "$W/log" 2>&1 &
helper=$!
until_true 10 mounted "$M" || die "not mounted: $(cat "$W/log")"
umount "$M"
helper_ended() { ! kill -0 $helper 2> /dev/null; }
until_true 10 helper_ended || { kill -KILL $helper; die "mount.rumpfs waits for a daemon that has ended"; }
wait $helper
