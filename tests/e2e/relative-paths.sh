# SPDX-License-Identifier: GPL-2.0-only
# Relative paths, odd characters in paths, and a caller whose directory goes away.
mkdir "dir with, comma" sub
fat "dir with, comma/image é" 16 16
cd sub
mount -t rumpfs.vfat "../dir with, comma/image é" ../mnt
echo x > ../mnt/f
cd ..
umount mnt
ended "$W/dir with, comma/image é"
clean "dir with, comma/image é"
mkdir "mount point" && ln -s "mount point" link
mount -t rumpfs.vfat "dir with, comma/image é" link
mounted "$W/mount\\\\040point"
umount "mount point"
ended "$W/dir with, comma/image é"
