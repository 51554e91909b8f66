# SPDX-License-Identifier: GPL-2.0-only
# Of a mount with sync or flush the data is in the image without umount.
for o in sync flush; do
	fat "$I" 16 16
	mnt $o
	echo "$o" > "$M/f"
	[ $o = flush ] && sync -f "$M/f"
	in_image() { [ "$(mtype -i "$I" ::f 2> /dev/null)" = "$o" ]; }
	until_true 10 in_image || die "$o: not in the image"
	unmnt
	clean
done
