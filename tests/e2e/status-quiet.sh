# SPDX-License-Identifier: GPL-2.0-only
# A mount says nothing when all is well, and its caller's pipe ends at once.
fat "$I" 16 16
out=$(mount -t rumpfs.vfat "$I" "$M" 2>&1) || die "$out"
is "$out" ""
out=$(umount "$M" 2>&1)
is "$out" ""
ended
