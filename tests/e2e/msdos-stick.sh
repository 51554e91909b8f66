# SPDX-License-Identifier: GPL-2.0-only
# The main job: mount -t rumpfs.msdos, as /proc/mounts and findmnt show it, umount.
fat "$I" 16 16
mount -t rumpfs.msdos "$I" "$M"
is "$(findmnt -no FSTYPE,SOURCE "$M" | tr -s ' ')" "fuse.rumpfs.msdos $I"
echo x > "$M/a long file name"
is "$(ls "$M")" "a long file name"
umount "$M"
clean
not_mounted "$M"
