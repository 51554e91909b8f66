# SPDX-License-Identifier: GPL-2.0-only
# umount returns when the data is in the image and the image is free.
fat "$I" 32 256
random "$W/data" 60000000
for i in 1 2 3; do
	mnt
	cp "$W/data" "$M/data$i"
	umount "$M"
	clean
	mcopy -o -i "$I" "::data$i" "$W/copy"
	cmp "$W/data" "$W/copy"
done
