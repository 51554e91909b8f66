# SPDX-License-Identifier: GPL-2.0-only
# umount(2) of an image returns before everything is flushed: until it is, nobody gets the image.
fat "$I" 32 256
random "$W/data" 60000000
for i in 1 2 3; do
	mnt
	cp "$W/data" "$M/f$i"
	# -i: without the helper, which would wait
	umount -i "$M"
	tries=0
	until mnt 2> "$W/err"; do
		grep -q 'in use' "$W/err" || { cat "$W/err"; die "refused for another reason"; }
		tries=$((tries + 1))
		((tries < 200)) || die "still locked"
		sleep 0.05
	done
	cmp "$W/data" "$M/f$i"
	unmnt
	clean
done
note "locked $tries times the last time"
