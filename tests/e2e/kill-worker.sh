# SPDX-License-Identifier: GPL-2.0-only
# kill -9 of the worker or SIGABRT: the mount goes, the directory and the image can be used at once.
fat "$I" 16 16
for signal in KILL ABRT SEGV; do
	mnt
	echo x > "$M/$signal" && sync "$M/$signal"
	kill -$signal "$(worker_of "$I")"
	until_true 15 not_mounted "$M" || die "$signal: still mounted"
	ended
	! grep -q "TARGET=$M " /run/mount/utab || die "$signal: libmount still has a note: $(cat /run/mount/utab)"
	mnt
	is "$(cat "$M/$signal")" x
	unmnt
done
fsck.vfat -a "$I" > /dev/null || true
clean
