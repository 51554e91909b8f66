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

# What an image is called is not taken for a field of libmount's notes.
fat "$W/TARGET=x" 16 16
mnt "" "$W/TARGET=x"
grep -q "SRC=$W/TARGET=x TARGET=$M " /run/mount/utab || skip "no notes can be written"
umount.rumpfs "$M"		# umount(8) would remove the note itself
ended "$W/TARGET=x"
! grep -q "TARGET=$M " /run/mount/utab || die "noted after it was unmounted: $(cat /run/mount/utab)"
