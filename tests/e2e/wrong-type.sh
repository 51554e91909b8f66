# SPDX-License-Identifier: GPL-2.0-only
# An unknown type: the known ones are listed, exit status 32.
fat "$I" 16 16
for t in fat32 nonsense; do
	fails 32 "known are: .*vfat.*msdos|msdos.*vfat" mount -t "rumpfs.$t" "$I" "$M"
	nothing_left
done
