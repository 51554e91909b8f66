# SPDX-License-Identifier: GPL-2.0-only
# What cannot be mounted: absent, directory, FIFO, character device, empty, no FAT, truncated.
fat "$I" 16 16
mkfifo "$W/fifo"
: > "$W/empty"
random "$W/noise" 3000000
head -c 300 "$I" > "$W/truncated"
while read -r what pattern; do
	fails 32 "$pattern" mount -t rumpfs.vfat "$what" "$M"
	nothing_left "$what"
done <<- END
	$W/absent does not exist
	$W directory
	$W/fifo FIFO
	/dev/null character device
	$W/empty empty
	$W/noise FAT|bogus|superblock|Invalid
	$W/truncated smaller than a sector
END
fails 32 "an empty name is no device" mount -t rumpfs.vfat "" "$M"
fails 32 "an empty name is no mount point" mount.rumpfs -t vfat "$I" ""
fails 32 "offset=17179869184 reaches beyond the end at 16777216" mount.rumpfs -t vfat -o offset=16G "$I" "$M"
fails 2 "/proc is not mounted" unshare -m bash -c "umount -l /proc; exec mount.rumpfs -t vfat '$I' '$M'"
fails 32 "mount point does not exist" mount -t rumpfs.vfat "$I" "$W/nodir"
fails 32 "not a directory" mount -t rumpfs.vfat "$I" "$W/noise"
nothing_left
