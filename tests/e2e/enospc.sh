# SPDX-License-Identifier: GPL-2.0-only
# A full file system says so, and is clean after it; room comes back.
fat "$I" 16 16
mnt
fails 1 "No space left" dd if=/dev/zero of="$M/big" bs=1M count=40 conv=fsync
rm "$M/big"
sync -f "$M" || true	# the error above, once more
random "$W/data" 10000000
cp "$W/data" "$M/data"
cmp "$W/data" "$M/data"
unmnt
clean
