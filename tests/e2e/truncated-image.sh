# SPDX-License-Identifier: GPL-2.0-only
# An image shorter than its file system mounts or not, but never hangs; reading what is missing is an error.
fat "$I" 32 64
mnt && random "$M/big" 30000000 && unmnt
truncate -s 20M "$I"
status=0
mnt || status=$?
if [ "$status" = 0 ]; then
	cat "$M/big" > /dev/null && die "what is not there was read"
	umount "$M" || umount -l "$M"
else
	is "$status" 32
fi
nothing_left
