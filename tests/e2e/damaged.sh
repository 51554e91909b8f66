# SPDX-License-Identifier: GPL-2.0-only
# Damaged file systems of every driver: errors or the driver's end, but no hang, nothing left behind, and a line where it
# cannot be mounted. DAMAGED is the number of them for each (10, 5 of a short test), DAMAGED_FROM the first seed (1).
# variants: affs bfs btrfs cramfs erofs exfat ext2 ext3 ext4 f2fs ffs1-be ffs1-le ffs1-4k ffs1-32k ffs2-be ffs2-le hfs hfsplus iso9660 jfs minix minix1 nilfs2 ntfs reiserfs romfs squashfs sysv udf v7 vfat xfs
# timeout: 600
status=0
timeout 580 python3 "$T/damage.py" "$VARIANT" "${DAMAGED_FROM:-1}" "${DAMAGED:-$((FULL ? 10 : 5))}" "$W" > "$W/said" 2>&1 || status=$?
[ "$status" != 77 ] || skip "$(cat "$W/said")"
cat "$W/said"
[ "$status" = 0 ] || die "exit status $status"
