# SPDX-License-Identifier: GPL-2.0-only
# HFS+: what must not be written to stays as it is, clean is clean after any remount, and the checker finds damage.
F=$TOP/tests/fs
sum() { sha256sum < "$1"; }
refuses_to_write() {	# PATTERN
	local before out
	before=$(sum "$I")
	out=$(mount -t rumpfs.hfsplus "$I" "$M" 2>&1)
	has "$out" "read-only"
	has "$(rumpfs log "$M")" "$1"
	has "$(findmnt -no OPTIONS "$M")" '^ro'
	fails 1 'Read-only file system' touch "$M/new"
	fails 32 . mount -o remount,rw "$M"
	unmnt
	is "$(sum "$I")" "$before"
}
for options in -j '-j -d' '-x -j'; do
	rm -f "$I"
	truncate -s 32M "$I"
	"$F/mkhfsplus.py" $options "$I"
	refuses_to_write 'journaled'
done

make_fs hfsplus "$I" 16M
mount -t rumpfs "$I" "$M"
cp "$I" "$W/pulled"				# as a stick that was pulled
mkdir "$M/folder"
for i in $(seq 300); do echo "$i" > "$M/folder/a rather long name of file $i"; done
random "$M/data" 300000
ln "$M/data" "$M/folder/hard"
setfattr -n user.note -v "something" "$M/data"
sync "$M/data"
mount -o remount,ro "$M"
check_fs hfsplus				# shut down like that
mount -o remount,rw "$M"
touch "$M/more"
sync "$M/more"
fails 1 'unmounted cleanly' "$F/hfsck.py" "$I"
unmnt
check_fs hfsplus
mv "$I" "$W/good"
mv "$W/pulled" "$I"
refuses_to_write 'not cleanly unmounted'

has "$(python3 - "$F/hfsck.py" "$W/good" << 'PY'
import shutil, struct, subprocess, sys
checker, good = sys.argv[1:]
data = open(good, 'rb').read()
catalog, = struct.unpack_from('>I', data, 1024 + 272 + 16)
bitmap, = struct.unpack_from('>I', data, 1024 + 112 + 16)
attributes, = struct.unpack_from('>I', data, 1024 + 352 + 16)
catalog, bitmap, attributes = catalog * 4096, bitmap * 4096, attributes * 4096
leaf, = struct.unpack_from('>I', data, catalog + 14 + 10)
leaf = catalog + leaf * 4096
first = leaf + struct.unpack_from('>H', data, leaf + 4094)[0]
valence = first + 2 + struct.unpack_from('>H', data, first)[0] + 4
places = {'free blocks': 1024 + 51, 'files': 1024 + 35, 'folders': 1024 + 39, 'next number': 1024 + 66, 'in use': 1024 + 6,
          'bit of a block': bitmap + 300, 'leaf records': catalog + 14 + 9, 'depth': catalog + 15, 'free nodes': catalog + 14 + 29,
          'map of nodes': catalog + 249, 'neighbour': leaf + 3, 'records of a node': leaf + 11, 'height': leaf + 9, 'kind': leaf + 8,
          'parent of a key': first + 5, 'valence': valence + 3, 'offset': leaf + 4093, 'attributes': attributes + 14 + 9,
          'alternate header': len(data) - 1024, 'total of a fork': 1024 + 272 + 15, 'start of a fork': 1024 + 272 + 19}
for what, at in places.items():
    bad = bytearray(data)
    bad[at] ^= 1
    open(good + '.bad', 'wb').write(bad)
    if not subprocess.run([checker, good + '.bad'], stdout=subprocess.PIPE).returncode:
        sys.exit(f'not found: {what}')
print(len(places), 'kinds of damage found')
PY
)" '21 kinds of damage found'
