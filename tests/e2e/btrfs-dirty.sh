# SPDX-License-Identifier: GPL-2.0-only
# Btrfs with a log that is to be replayed cannot be mounted read-only, and the driver's reason is said, without all else that it tells.
need mkfs.btrfs
truncate -s 150M "$I"
mkfs.btrfs -qf "$I" > /dev/null
mount -t rumpfs.btrfs "$I" "$M"
echo synced > "$M/synced"
sync "$M/synced"
kill -KILL "$(worker_of "$I")"
until_true 15 not_mounted "$M" || die "still mounted"
ended
fails 32 'log replay required on RO media' mount -t rumpfs.btrfs -o ro "$I" "$M"
has_not "$(mount -t rumpfs.btrfs -o ro "$I" "$M" 2>&1 || true)" 'checksum algorithm'
nothing_left
mount -t rumpfs.btrfs "$I" "$M"
is "$(cat "$M/synced")" synced
umount "$M"
ended
btrfs check "$I" > "$W/check" 2>&1 || die "$(cat "$W/check")"
