# SPDX-License-Identifier: GPL-2.0-only
# umount returns when the data is in the image and the image is free; it does not take another mount for this one.
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
# The keeper is stopped, so the daemon does not end; the next mount gets the number of the device that is free now.
mnt
number=$(mountpoint -d "$M")
keeper=$(keeper_of "$I")
kill -STOP "$keeper"
umount "$M" 2> "$W/said" &
waits=$!
until_true 10 not_mounted "$M"
fat "$W/next" 16 16
mkdir "$W/mnt2"
mount -t rumpfs.vfat "$W/next" "$W/mnt2"
note "number $number, that of the next mount $(mountpoint -d "$W/mnt2")"
until_true 20 grep -q 'writing data\|in use' "$W/said" || die "umount says nothing while the daemon does not end"
has_not "$(cat "$W/said")" "in use in another"
alive $waits || die "umount does not wait for the daemon"
kill -CONT "$keeper"
wait $waits
ended
umount "$W/mnt2"
ended "$W/next"
