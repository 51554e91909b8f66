# SPDX-License-Identifier: GPL-2.0-only
# Without a driver's name the type is found out.
fat "$I" 32 64
mount -t rumpfs "$I" "$M"
has "$(findmnt -no FSTYPE "$M")" 'fuse.rumpfs.(vfat|msdos)'
unmnt
mount.rumpfs "$I" "$M" && unmnt
head -c 1000000 /dev/zero > "$W/zero"
fails 32 "no known file system.*vfat" mount -t rumpfs "$W/zero" "$M"
nothing_left "$W/zero"
clean
