# SPDX-License-Identifier: GPL-2.0-only
# File systems of more than one device: a rump kernel has one, so they are refused, or mounted read-only where that shows
# all there is, each with a sentence that says so; and so are the options that name another device.
need mkfs.btrfs mkfs.xfs mke2fs mkfs.ext4 mkfs.jfs mkfs.reiserfs
O=$W/other
refused() { fails 32 "$1" mount -t "rumpfs.$2" ${3:+-o "$3"} "$I" "$M"; nothing_left; }
readonly() {	# TYPE REASON OPTIONS
	has "$(mount -t "rumpfs.$1" ${3:+-o "$3"} "$I" "$M" 2>&1)" "mounted read-only: $2"
	has "$(findmnt -no OPTIONS "$M")" '^ro'
	ls "$M" > /dev/null
	unmnt
}
image() { rm -f "$I" "$O"; truncate -s "$1" "$I"; truncate -s "$2" "$O"; }
# Some of the programs want to see a device.
on_loop() { L=$(loop "$O"); "$@" > out 2>&1 || { cat out; losetup -d "$L"; die "$1"; }; losetup -d "$L"; }
ext4() { mkfs.ext4 -q -F -J "device=$L" "$I"; }
jfs() { mkfs.jfs -q -J "device=$L" "$I"; }
reiserfs() {
	local other status=0
	other=$(loop "$I")
	mkfs.reiserfs -qff -j "$L" "$other" || status=$?
	losetup -d "$other"
	return $status
}

image 200M 200M
mkfs.btrfs -q -f -d raid1 -m raid1 "$I" "$O" > out 2>&1 || { cat out; die mkfs.btrfs; }
refused 'made of more than one device' btrfs
mount -t rumpfs.btrfs -o degraded,ro "$I" "$M" && unmnt
mkfs.btrfs -q -f "$I" > out 2>&1
refused 'option "device": a rump kernel has one device' btrfs "device=$O"

image 320M 64M
mkfs.xfs -q -f -l "logdev=$O,size=64m" "$I"
refused 'its log is on another device' xfs
image 320M 64M
mkfs.xfs -q -f -r "rtdev=$O" "$I"
refused 'a realtime section on another device' xfs
mkfs.xfs -q -f "$I"
for o in logdev rtdev; do refused "option \"$o\": a rump kernel has one device" xfs "$o=$O"; done

image 64M 80M
mke2fs -q -F -O journal_dev "$O" > out 2>&1
on_loop ext4
readonly ext4 'its journal is on another device'
mount -t rumpfs.ext4 -o ro,noload "$I" "$M" && unmnt
printf '\306' | dd of="$I" bs=1 seek=$((1024 + 96)) conv=notrunc status=none	# as one that is in use
refused 'is on another device, .* must be replayed' ext4
mkfs.ext4 -qF "$I"
refused 'option "journal_path": a rump kernel has one device' ext4 "journal_path=$O"
mv "$O" "$I"
refused 'is the journal of another file system' ext4

image 64M 64M
mkfs.jfs -q -J journal_dev "$O" > out 2>&1
on_loop jfs
readonly jfs 'its log is on another device'

image 64M 64M
on_loop reiserfs
refused 'its journal is on another device' reiserfs
mkfs.reiserfs -qff "$I" > out 2>&1
refused 'option "jdev": a rump kernel has one device' reiserfs "jdev=$O"
