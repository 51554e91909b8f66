# SPDX-License-Identifier: GPL-2.0-only
# An FFS that is mounted for writing says so on the disk, until it was unmounted: a crash shows.
state() { python3 "$T/ffsck.py" "$I" | grep -c 'not marked clean\|in need of fsck' || true; }
for kind in ffs1-le ffs2-be; do
	make_fs "$kind"
	cp "$I" "$W/new"
	is "$(state)" 0
	mount -t rumpfs.ffs -o ro "$I" "$M"
	is "$(state)" 0 "read-only"
	unmnt
	cmp "$I" "$W/new"
	mount -t rumpfs.ffs "$I" "$M"
	is "$(state)" 2 "writable"
	echo x > "$M/f"
	sync -f "$M"
	is "$(state)" 2 "synced"
	mount -o remount,ro "$M"
	is "$(state)" 0 "remounted read-only"
	check_fs "$kind"
	mount -o remount,rw "$M"
	is "$(state)" 2 "remounted writable"
	echo y > "$M/g"
	unmnt
	is "$(state)" 0 "unmounted"
	check_fs "$kind"

	mount -t rumpfs.ffs "$I" "$M"
	echo z > "$M/h"
	kill -KILL "$(worker_of "$I")"
	until_true 10 not_mounted "$M" || umount -l "$M"
	ended
	is "$(state)" 2 "killed"
	has "$(mount -t rumpfs.ffs "$I" "$M" 2>&1)" 'mounted read-only: it was not unmounted cleanly'
	is "$(cat "$M/f" "$M/g")" "x
y"
	unmnt
done
