# SPDX-License-Identifier: GPL-2.0-only
# What the server does not allow: a share that is read-only, a full disk, a file of somebody else.
own_network
smb_needs
mkdir "$EXPORT"
mount -t tmpfs -o size=8m,mode=1777 full "$EXPORT"
smbd_start
smb '' read
fails 1 'Permission denied|Read-only' touch "$M/f"
umount "$M"
ended //127.0.0.1/read
smb ro
fails 1 'Read-only' touch "$M/f"
mount -o remount,rw "$M"
touch "$M/f"
mount -o remount,ro "$M"
fails 1 'Read-only' rm "$M/f"
mount -o remount,rw "$M"
rm "$M/f"
fails 1 'No space left' dd if=/dev/zero of="$M/big" bs=1M count=20 conv=fsync
rm "$M/big"
random "$M/fits" 1000000
sync -f "$M"
install -m 600 -o root /dev/null "$EXPORT/root"
fails 2 'Permission denied' sh -c "echo x > '$M/root'"
fails 1 'Permission denied' cat "$M/root"
rm "$EXPORT/root"
smb_unmnt
is "$(ls "$EXPORT")" fits
smbd_stop
umount -l /run/export "$EXPORT"
