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
	$W/truncated FAT|bogus|beyond|superblock|Invalid|small|read
END
fails 32 "mount point does not exist" mount -t rumpfs.vfat "$I" "$W/nodir"
fails 32 "not a directory" mount -t rumpfs.vfat "$I" "$W/noise"
nothing_left
