# SPDX-License-Identifier: GPL-2.0-only
# LABEL= and UUID= find a device.
lo=; trap '[ -z "$lo" ] || losetup -d "$lo"' EXIT
fat "$I" 32 64 -n RUMPLABEL$$ -i 1234ABCD 2> /dev/null || fat "$I" 32 64 -n "RL$$" -i 1234ABCD
lo=$(loop "$I")
export BLKID_FILE=$W/blkid.tab
label=$(blkid -p -s LABEL -o value "$lo")
if blkid -c /dev/null -L "$label" | grep -q "$lo"; then
	mount -t rumpfs.vfat "LABEL=$label" "$M"
	is "$(findmnt -no SOURCE "$M")" "$lo"
	unmnt "$M" "$lo"
	mount -t rumpfs.vfat UUID=1234-ABCD "$M" && unmnt "$M" "$lo"
else
	losetup -d "$lo"; lo=
	skip "libblkid does not find labels of loop devices here"
fi
fails 1 "absent" mount -t rumpfs.vfat LABEL=absent "$M"
fails 32 "absent" mount.rumpfs LABEL=absent "$M"
losetup -d "$lo"; lo=
clean
