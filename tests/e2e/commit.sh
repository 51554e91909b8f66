# SPDX-License-Identifier: GPL-2.0-only
# What sync(2) wrote back gets to the disk by itself: nobody calls fsync, the worker is killed.
# variants: uring pool
fat "$I" 32 64
random "$W/data" 3000000
in_image() {
	local same=0
	cp --sparse=always "$I" "$W/copy"
	mnt ro "$W/copy" "$W/other" || return 1
	cmp -s "$W/data" "$W/other/$1" && same=1
	umount "$W/other"
	((same))
}
mkdir "$W/other"
mnt
mkdir "$M/a dir"
cp "$W/data" "$M/a dir/file"
sync -f "$M"
until_true 10 in_image "a dir/file" || die "not in the image ten seconds after syncfs"
# A change without data, after which nothing is asked of the host at all.
mv "$M/a dir/file" "$M/moved"
until_true 10 in_image moved || die "a rename is not in the image after ten seconds"
kill -9 "$(worker_of "$I")"
until_true 15 not_mounted "$M"
ended
mnt ro
cmp "$W/data" "$M/moved"
unmnt
