# SPDX-License-Identifier: GPL-2.0-only
# Shared mappings: writes arrive in the file and in the image, reads see writes.
# variants: uring pool
fat "$I" 32 64
mnt
python3 - "$M/f" <<- 'END'
	import mmap, os, sys
	fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); os.ftruncate(fd, 3 << 20)
	m = mmap.mmap(fd, 3 << 20); m[5:10] = b'hello'; m[2 << 20:(2 << 20) + 3] = b'abc'
	assert os.pread(fd, 5, 5) == b'hello'
	os.pwrite(fd, b'XY', 6); assert m[5:10] == b'hXYlo'
	m.flush(); m.close()
END
cp /bin/ls "$M/ls" && cmp /bin/ls "$M/ls"
"$M/ls" "$M" > /dev/null || die "a program does not run from the mount"
unmnt
clean
mnt ro
is "$(dd if="$M/f" bs=1 skip=5 count=5 status=none)" hXYlo
is "$(dd if="$M/f" bs=1 skip=2097152 count=3 status=none)" abc
unmnt
