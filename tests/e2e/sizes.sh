# SPDX-License-Identifier: GPL-2.0-only
# Truncate, extend, holes as zeros, O_APPEND, seek beyond the end.
# variants: uring pool
fat "$I" 32 64
mnt
python3 - "$M/f" <<- 'END'
	import os, sys
	p = sys.argv[1]; fd = os.open(p, os.O_RDWR | os.O_CREAT)
	os.pwrite(fd, b'A' * 10000, 0)
	os.ftruncate(fd, 5000); assert os.pread(fd, 20000, 0) == b'A' * 5000
	os.ftruncate(fd, 9000); assert os.pread(fd, 20000, 0) == b'A' * 5000 + bytes(4000)
	os.pwrite(fd, b'B', 3000000); assert os.fstat(fd).st_size == 3000001
	assert os.pread(fd, 3000000, 9000) == bytes(2991000) + b'B'
	a = os.open(p, os.O_WRONLY | os.O_APPEND); os.lseek(a, 0, 0); os.write(a, b'C'); os.pwrite(fd, b'D', 0); os.write(a, b'E')
	assert os.pread(fd, 10, 3000000) == b'BCE' and os.pread(fd, 1, 0) == b'D'
	os.truncate(p, 0); assert os.fstat(fd).st_size == 0 and os.pread(fd, 1, 0) == b''
	os.pwrite(fd, b'end', 100); os.fsync(fd)
END
unmnt
clean
mnt ro
is "$(od -An -c -j100 "$M/f" | tr -d ' ')" end
is "$(stat -c %s "$M/f")" 103
unmnt
