# SPDX-License-Identifier: GPL-2.0-only
# -f mounts nothing, -v tells, -n and -r work, --help and a wrong usage exit rightly.
fat "$I" 16 16
mount -f -t rumpfs.vfat "$I" "$M"
not_mounted "$M"
has "$(mount -v -t rumpfs.vfat "$I" "$M")" "$M"
unmnt
mount -n -t rumpfs.vfat "$I" "$M" && unmnt
mount -r -t rumpfs.vfat "$I" "$M"
fails 1 Read-only touch "$M/f"
unmnt
fails 1 Usage mount.rumpfs
fails 1 Usage mount.rumpfs "$I"
mount.rumpfs -h | grep -q Usage
mount.rumpfs.vfat "$I" "$M" && unmnt
mount.rumpfs "$I" "$M" -t vfat -o ro && unmnt
nothing_left
