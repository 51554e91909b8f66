# SPDX-License-Identifier: GPL-2.0-only
# kill -9 of the keeper: the worker does not stay behind for ever, or goes on until umount.
fat "$I" 16 16
mnt
kill -KILL "$(keeper_of "$I")"
if until_true 3 no_daemon "$I"; then
	note "the worker ends with its keeper"
	umount -l "$M" 2> /dev/null || true
else
	note "the worker goes on"
	echo x > "$M/f"
	umount "$M"
fi
nothing_left
mnt && unmnt
