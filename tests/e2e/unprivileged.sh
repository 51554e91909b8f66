# SPDX-License-Identifier: GPL-2.0-only
# A user who is not root cannot mount by calling the helper.
need setpriv
fat "$I" 16 16
chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
fails 1 "root" setpriv --reuid 1000 --regid 1000 --clear-groups mount.rumpfs "$I" "$M" -t vfat
nothing_left
