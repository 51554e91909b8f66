# SPDX-License-Identifier: GPL-2.0-only
# names=8.3 gives the driver without long names.
fat "$I" 16 16
mnt names=8.3
touch "$M/Abcdefghijkl.text"
is "$(ls "$M")" abcdefgh.tex
unmnt
clean
fails 1 'names|bad value|option' mount -t rumpfs.vfat -o names=nonsense "$I" "$M"
nothing_left
