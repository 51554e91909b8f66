# SPDX-License-Identifier: GPL-2.0-only
# Many files, a deep tree and a big file, compared with what the server has.
# timeout: 240
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
smb
n=$((FULL ? 2000 : 1000))
python3 - "$M" "$n" <<- 'END'
	import os, sys
	top, n = sys.argv[1], int(sys.argv[2])
	for i in range(n):
	    with open(f'{top}/file number {i:05}', 'w') as f: f.write(f'{i}\n' * (i % 50))
	path = top
	for i in range(20):
	    path += f'/level {i}'; os.mkdir(path)
	    open(path + '/x', 'w').close()
END
diff -r "$M" "$EXPORT"
is "$(ls "$M" | wc -l)" $((n + 1))
mib=$((FULL ? 400 : 200))		# several times the memory of the driver's kernel
head -c "${mib}M" /dev/urandom > "$M/big"
cmp "$M/big" "$EXPORT/big"
# beyond 4 GiB, sparse
python3 - "$M/big" <<- 'END'
	import os, sys
	fd = os.open(sys.argv[1], os.O_RDWR)
	os.pwrite(fd, b'far', 5 << 30); os.fsync(fd)
	assert os.pread(fd, 3, 5 << 30) == b'far'
END
is "$(stat -c %s "$EXPORT/big")" $(((5 << 30) + 3))
rm -r "$M"/*
is "$(ls -A "$EXPORT")" ""
smb_unmnt
smbd_stop
