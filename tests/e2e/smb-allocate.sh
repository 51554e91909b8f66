# SPDX-License-Identifier: GPL-2.0-only
# Space is reserved on a share while data is written to the same place: the data stays. Holes are found where they are.
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
cat > holes.py <<- 'END'
	import os, sys
	name, ranges = sys.argv[1], int(sys.argv[2])
	PIECE, STEP = 64 << 10, 256 << 10
	with open(name, 'wb', buffering=0) as f:
	    for i in range(ranges):
	        f.seek(i * STEP)
	        f.write(b'x' * PIECE)
	    f.truncate(ranges * STEP)
	fd, at, found = os.open(name, os.O_RDONLY), 0, []
	while True:
	    try:
	        data = os.lseek(fd, at, os.SEEK_DATA)
	    except OSError as e:
	        assert e.errno == 6, e		# ENXIO: none behind that
	        break
	    at = os.lseek(fd, data, os.SEEK_HOLE)
	    found.append((data, at))
	    if at == ranges * STEP:
	        break
	some = [(i * STEP, i * STEP + PIECE) for i in range(ranges)]
	assert found == some or (ranges > 2000 and found == [(0, ranges * STEP)]), (len(found), found[:3])
	END
for way in '' ,seal; do
	smb "${way#,}"
	python3 race.py "$M/f" 30 || die "mounted with ${way:-nothing}"
	for ranges in 1 2 100; do python3 holes.py "$M/holes$ranges" $ranges; done
	cp --sparse=auto "$M/holes100" copy
	cmp copy "$EXPORT/holes100"
	smb_unmnt
done
# More ranges than an answer has room for.
smb
python3 holes.py "$M/holes" 2100
smb_unmnt
smbd_stop
