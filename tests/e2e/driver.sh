# SPDX-License-Identifier: GPL-2.0-only
# Each driver: found by probing, written to, full and emptied, checked, and the same after a remount.
# variants: ext2 ext3 ext4 vfat ffs1-le ffs1-be ffs2-le ffs2-be ffs1-4k ffs1-32k xfs btrfs exfat f2fs ntfs udf minix minix1 jfs reiserfs nilfs2 affs sysv v7 hfsplus
# timeout: 240
make_fs "$VARIANT"
check_fs "$VARIANT"
type=$(type_of "$VARIANT")
mount -t "$type" "$I" "$M"
has "$(findmnt -no OPTIONS "$M")" '^rw'
timeout 200 python3 "$T/exercise.py" "$M" "$(($(stat -c %s "$I") >> 20))" $(words_of "$VARIANT")
python3 "$T/exercise.py" --list "$M" > "$W/before"
unmnt
check_fs "$VARIANT"
mount -t "$type" -o ro "$I" "$M"
python3 "$T/exercise.py" --list "$M" > "$W/after"
diff "$W/before" "$W/after" > "$W/diff" || { head "$W/diff"; die "not the same after a remount"; }
fails 1 'Read-only file system' touch "$M/new"
unmnt
check_fs "$VARIANT"
