# SPDX-License-Identifier: GPL-2.0-only
# A write-protected device or image is mounted read-only, with a warning.
fat "$I" 16 16
lo=$(loop -r "$I"); trap 'losetup -d $lo' EXIT
fails 0 "write-protected, mounted read-only" mount -t rumpfs.vfat "$lo" "$M"
has "$(findmnt -no OPTIONS "$M")" '^ro'
fails 1 Read-only touch "$M/f"
fails 32 "" mount -o remount,rw "$M"
unmnt "$M" "$lo"
