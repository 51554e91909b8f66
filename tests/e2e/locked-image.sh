# SPDX-License-Identifier: GPL-2.0-only
# An image is mounted once only, and not while a loop device has it.
fat "$I" 16 16
mkdir "$W/mnt2"
mnt
fails 32 "already mounted|mounted already|in use" mount -t rumpfs.vfat "$I" "$W/mnt2"
fails 32 "already mounted|mounted already|in use" mount -t rumpfs.vfat -o ro "$I" "$W/mnt2"
fails 32 "already mounted|in use" mount -t rumpfs.vfat "$I" "$M"
unmnt
mnt ro && mnt ro "$I" "$W/mnt2" || die "two read-only mounts of one image"
umount "$W/mnt2"
unmnt
lo=$(loop "$I")
fails 32 "$lo" mount -t rumpfs.vfat "$I" "$M"
losetup -d "$lo"
clean
