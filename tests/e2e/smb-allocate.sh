# SPDX-License-Identifier: GPL-2.0-only
# Space is reserved on a share while data is written to the same place: the data stays.
# timeout: 200
own_network
smb_needs
need python3
mkdir "$EXPORT"
smbd_start
cat > race.py <<- 'END'
	import ctypes, os, sys
	libc = ctypes.CDLL(None, use_errno=True)
	libc.fallocate.argtypes = ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long
	libc.sync_file_range.argtypes = ctypes.c_int, ctypes.c_long, ctypes.c_long, ctypes.c_uint
	KEEP, PUNCH, WRITE, MIB, SIZE = 1, 2, 2, 1 << 20, 8 << 20
	fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.ftruncate(fd, SIZE)
	def allocate(mode, at, n):
	    if libc.fallocate(fd, mode, at, n):
	        raise OSError(ctypes.get_errno(), 'fallocate')
	for i in range(int(sys.argv[2])):
	    allocate(KEEP | PUNCH, 0, SIZE)
	    data = os.urandom(SIZE)
	    os.pwrite(fd, data, 0)
	    libc.sync_file_range(fd, 0, SIZE, WRITE)	# begins to write back
	    for at in range(0, SIZE, MIB):
	        allocate(KEEP, at, MIB)
	    os.fsync(fd)
	    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
	    got = os.pread(fd, SIZE, 0)
	    if got != data:
	        at = next(k for k in range(SIZE) if got[k] != data[k])
	        sys.exit(f'round {i}: byte {at} is {got[at]:02x} instead of {data[at]:02x}')
	END
for way in '' ,seal; do
	smb "${way#,}"
	python3 race.py "$M/f" 30 || die "mounted with ${way:-nothing}"
	smb_unmnt
done
smbd_stop
