# SPDX-License-Identifier: GPL-2.0-only
# umount of a busy mount is refused, -l detaches and the data arrives, -f works.
fat "$I" 16 16
mnt
exec 3> "$M/open"
fails 32 busy umount "$M"
echo late >&3
umount -l "$M"
not_mounted "$M"
echo later >&3
exec 3>&-
ended
is "$(mtype -i "$I" ::open | tr '\n' ' ')" "late later "
clean
mnt
umount -f "$M"
ended
clean
