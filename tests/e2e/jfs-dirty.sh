# SPDX-License-Identifier: GPL-2.0-only
# JFS that was not unmounted is read-only, with the reason, until jfs_fsck has been there; what fsync promised is in it then.
make_fs jfs
mount -t rumpfs "$I" "$M"
random "$W/data" 300000
cp "$W/data" "$M/synced"
sync "$M/synced"
cp "$I" "$W/pulled"				# as a stick that was pulled
unmnt
check_fs jfs
has_not "$(mount -t rumpfs "$I" "$M" 2>&1)" .	# clean: not a word
unmnt
mv "$W/pulled" "$I"
before=$(sha256sum < "$I")
has "$(mount -t rumpfs "$I" "$M" 2>&1)" 'read-only: it was not unmounted cleanly; run jfs_fsck'
fails 1 'Read-only file system' touch "$M/new"
fails 32 . mount -o remount,rw "$M"
unmnt
is "$(sha256sum < "$I")" "$before"
jfs_fsck -y "$I" > "$W/out" || [ $? = 1 ] || die "$(cat "$W/out")"
has_not "$(mount -t rumpfs "$I" "$M" 2>&1)" .
cmp "$W/data" "$M/synced"
touch "$M/new"
unmnt
check_fs jfs
