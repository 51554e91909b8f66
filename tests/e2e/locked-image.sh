# SPDX-License-Identifier: GPL-2.0-only
# An image is mounted once only, and not while a loop device has it.
fat "$I" 16 16
mkdir "$W/mnt2"
mnt
fails 32 "already mounted|mounted already|in use" mount -t rumpfs.vfat "$I" "$W/mnt2"
fails 32 "already mounted|mounted already|in use" mount -t rumpfs.vfat -o ro "$I" "$W/mnt2"
fails 32 "already mounted|in use" mount -t rumpfs.vfat "$I" "$M"
# Nor by way of a loop device that comes second, be it of mount(8).
lo=$(loop "$I"); trap 'losetup -d $lo 2> /dev/null || true' EXIT
fails 32 "already mounted on $M" mount -t rumpfs.vfat "$lo" "$W/mnt2"
fails 32 "already mounted on $M" mount -t rumpfs.vfat -o ro "$lo" "$W/mnt2"
losetup -d "$lo"
fails 32 "already mounted on $M" mount -t rumpfs.vfat -o loop "$I" "$W/mnt2"
unmnt
lo=$(loop -r "$I")
mnt ro && mnt "" "$lo" "$W/mnt2" || die "an image and a loop device of it that cannot write, both mounted"
umount "$W/mnt2"
unmnt
losetup -d "$lo"
mnt ro && mnt ro "$I" "$W/mnt2" || die "two read-only mounts of one image"
umount "$W/mnt2"
unmnt
lo=$(loop "$I")
fails 32 "$lo" mount -t rumpfs.vfat "$I" "$M"
losetup -d "$lo"
clean
