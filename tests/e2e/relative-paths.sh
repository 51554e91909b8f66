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

# In another mount name space relative paths are those below the same directory.
unshare -m --propagation private sleep 300 &
other=$!
elsewhere() { ! [ "/proc/$other/ns/mnt" -ef /proc/self/ns/mnt ] && [ "$(cat "/proc/$other/comm")" = sleep ]; }
until_true 10 elsewhere
mount.rumpfs -N $other "TARGET=x" mnt
grep -q " $M .* fuse.rumpfs" "/proc/$other/mountinfo" || die "not mounted in the other name space"
not_mounted "$M" || die "mounted here"
umount.rumpfs -N $other mnt
kill $other
