# SPDX-License-Identifier: GPL-2.0-only
# A file that was removed while open can be read and written until it is closed.
fat "$I" 16 16
mnt
exec 3<> "$M/f"
echo data >&3
rm "$M/f"
is "$(cat /proc/self/fd/3 2> /dev/null || true)" data
echo more >&3
exec 3>&-
is "$(ls "$M")" ""
unmnt
clean
