# SPDX-License-Identifier: GPL-2.0-only
# A partition in an image, by number and by offset.
need sfdisk
fat "$W/part" 16 16
truncate -s 40M "$I"
printf 'label: dos\n2048,32768,0e\n34816,32768,0e\n' | sfdisk -q "$I"
dd if="$W/part" of="$I" bs=512 seek=34816 conv=notrunc status=none
mnt part=2
echo two > "$M/two"
unmnt
mnt offset=17825792,sizelimit=16777216 || mount.rumpfs "$I" "$M" -t vfat -o offset=17825792,sizelimit=16777216
is "$(cat "$M/two")" two
umount "$M"
until_true 10 not_mounted "$M"
fails 32 "part=1.*part=2" mount -t rumpfs "$I" "$M"
fails 32 "no partition 7" mount -t rumpfs.vfat -o part=7 "$I" "$M"
dd if="$I" of="$W/part" bs=512 skip=34816 count=32768 status=none
clean "$W/part"
