# SPDX-License-Identifier: GPL-2.0-only
# A bad sector in the allocation table hurts the files whose clusters it lists, though the table
# is read in pieces of many sectors (fsdrivers/fat/readaround.c).
truncate -s 64M "$W/file"
mkfs.vfat -F 32 -s 1 "$W/file" > /dev/null
mkdir "$W/bad"
"$BUILD/tests/baddisk" "$W/file" "$W/bad"
I=$W/bad/disk
control() { echo "$@" > "$W/bad/control"; }

mount -t rumpfs.vfat "$I" "$M"
random "$W/data" 1000000
for f in one two three; do cp "$W/data" "$M/$f"; done
unmnt
# The files follow each other; a sector lists 128 clusters of a sector each. The 23rd is of the
# second file, and of the same 16 KiB as the first's and some of the third's.
at=$(((32 + 23) * 512))
control read "$at" $((at + 512))
mount -t rumpfs.vfat "$I" "$M"
cmp "$W/data" "$M/one"
fails 2 'Input/output error' cmp "$W/data" "$M/two"
cmp "$W/data" "$M/three"
unmnt
control good
mount -t rumpfs.vfat "$I" "$M"
cmp "$W/data" "$M/two"
unmnt
umount "$W/bad"
fsck.vfat -n "$W/file"
