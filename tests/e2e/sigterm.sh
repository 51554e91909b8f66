# SPDX-License-Identifier: GPL-2.0-only
# SIGTERM to the daemon is an orderly unmount: data is safe, nothing left.
fat "$I" 16 16
random "$W/data" 3000000
mnt
cp "$W/data" "$M/data"
sync -f "$M/data"
kill -TERM "$(keeper_of "$I")"
until_true 15 not_mounted "$M"
ended
! grep -q "TARGET=$M " /run/mount/utab || die "libmount still has a note: $(cat /run/mount/utab)"
clean
mcopy -i "$I" ::data "$W/copy" && cmp "$W/data" "$W/copy"
