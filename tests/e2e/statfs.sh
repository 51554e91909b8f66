# SPDX-License-Identifier: GPL-2.0-only
# df shows the size and what is free, as the image has it.
fat "$I" 32 64
mnt
read -r size free < <(df --output=size,avail -B 1 "$M" | tail -n 1)
((size > 60000000 && size < 67108864 && free == size || free > size - 100000)) || die "size $size, free $free"
random "$M/f" 10000000 && sync -f "$M"
read -r free2 < <(df --output=avail -B 1 "$M" | tail -n 1)
((free - free2 >= 10000000 && free - free2 < 10100000)) || die "10 MB take $((free - free2))"
unmnt
