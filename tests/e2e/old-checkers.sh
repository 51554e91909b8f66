# SPDX-License-Identifier: GPL-2.0-only
# The checkers of System V, V7 and AFFS are content with what was written, and find damage.
for kind in sysv v7 affs; do
	make_fs $kind "$I" 4M
	mount -t rumpfs.$kind "$I" "$M"
	mkdir "$M/folder"
	random "$M/big" 300000
	for i in $(seq 60); do echo "$i" > "$M/folder/file$i"; done
	ln "$M/folder/file1" "$M/again"
	rm "$M/folder/file"2*
	unmnt
	check_fs $kind
	has "$(python3 - "$TOP/tests/fs/ckold.py" $kind "$I" << 'PY'
import subprocess, sys
checker, kind, image = sys.argv[1:]
data = open(image, 'rb').read()
block = 1024 if kind == 'sysv' else 512
if kind == 'affs':
    root = (2 + len(data) // 512 - 1) // 2 * 512
    page = int.from_bytes(data[root + 316:root + 320], 'big') * 512
    header = int.from_bytes(next(data[i:i + 4] for i in range(root + 24, root + 312, 4) if any(data[i:i + 4])), 'big') * 512
    places = {'checksum of the root': root, 'hash table': root + 27, 'validity of the bitmap': root + 312, 'bitmap': page + 200,
              'type of a header': header + 3, 'key of a header': header + 7, 'parent': header + 503, 'name': header + 435,
              'kind': header + 511, 'chain': header + 499}
else:
    inode = 2 * block + 64
    end = int.from_bytes(data[512:514], 'little') * block
    folder = next(at for at in range(2 * block + 128, end, 64) if data[at + 1] & 0xf0 == 0x40)
    zone = int.from_bytes(data[folder + 12:folder + 15], 'little') * block
    places = {'links of the root': inode + 2, 'links of a folder': folder + 2, 'size of a folder': folder + 8,
              'a block of a folder': folder + 12, 'dot': zone, 'a name of a folder': zone + 32, 'a mode': folder + 65,
              'free blocks': 512 + (432 if kind == 'sysv' else 418), 'free inodes': 512 + (436 if kind == 'sysv' else 422),
              'list of free blocks': 512 + (20 if kind == 'sysv' else 14), 'length of it': 512 + (8 if kind == 'sysv' else 6)}
for what, at in places.items():
    bad = bytearray(data)
    bad[at] ^= 2
    open(image + '.bad', 'wb').write(bad)
    if not subprocess.run([checker, kind, image + '.bad'], stdout=subprocess.PIPE).returncode:
        sys.exit(f'not found: {what}')
print(len(places), 'kinds of damage found')
PY
	)" '1[01] kinds of damage found'
done
