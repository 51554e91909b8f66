# SPDX-License-Identifier: GPL-2.0-only
# What holds marks of two file systems, or none, or what no driver reads, gets a clear answer.
need mkfs.ext4 mkswap
# A swap area, a LUKS header, a member of a RAID: no file systems.
truncate -s 16M "$W/swap" && mkswap "$W/swap" > /dev/null 2>&1
fails 32 'holds swap, for which there is no driver' mount -t rumpfs "$W/swap" "$M"
printf 'LUKS\xba\xbe\0\1' > "$W/luks" && truncate -s 16M "$W/luks"
fails 32 'holds crypto_LUKS, for which there is no driver|no known file system' mount -t rumpfs "$W/luks" "$M"
# Two at once: ext4, and at 32 KiB an ISO 9660.
make_fs ext4
printf '\1CD001\1' | dd of="$I" bs=1 seek=32768 conv=notrunc status=none
blkid -p "$I" > "$W/blkid" 2>&1 || true
grep -qi ambivalent "$W/blkid" || note "this libblkid does not find it ambivalent: $(cat "$W/blkid")"
! grep -qi ambivalent "$W/blkid" || fails 32 'marks of more than one file system' mount -t rumpfs "$I" "$M"
nothing_left
# The list tells names and what can be done.
out=$(rumpfs --list)
has "$out" 'ext4'
has "$out" 'ro'
