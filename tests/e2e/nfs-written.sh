# SPDX-License-Identifier: GPL-2.0-only
# NFS: what write(2) has returned for is seen by whoever asks the mount itself, past the host's cache: its size, and its content. In little
# memory, beside others who write as fast as they can, so that the driver is often still busy with it when the writer is told; and they do
# not stand still for one another.
# timeout: 200
own_network
need python3
mkdir "$EXPORT"
ganesha_start
cat > "$W/seen.py" <<'END2'
import ctypes, mmap, os, sys
libc, name, blocks = ctypes.CDLL(None, use_errno=True), sys.argv[1], int(sys.argv[2])
BLOCK, AT_FDCWD, FORCE_SYNC, STATX_SIZE, OFFSET = 1 << 20, -100, 0x2000, 0x200, 40

def size():
    out = ctypes.create_string_buffer(256)
    assert libc.statx(AT_FDCWD, name.encode(), FORCE_SYNC, STATX_SIZE, out) == 0, os.strerror(ctypes.get_errno())
    return int.from_bytes(out.raw[OFFSET:OFFSET + 8], 'little')

def block(n):
    return (n.to_bytes(4, 'little') + name[-1].encode() * 4) * (BLOCK // 8)

f = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
past = os.open(name, os.O_RDONLY | os.O_DIRECT)
page = mmap.mmap(-1, BLOCK)
for n in range(blocks):
    assert os.pwrite(f, block(n), n * BLOCK) == BLOCK
    assert size() == (n + 1) * BLOCK, (n, size())
    if n % 5 == 0:      # another block than the one that was written last, too
        for k in (n, n // 2):
            assert os.preadv(past, [page], k * BLOCK) == BLOCK and page[:] == block(k), (n, k)
os.ftruncate(f, 5000)
assert size() == 5000
os.pwrite(f, block(7), 8192)
assert size() == 8192 + BLOCK and os.pread(f, 4096, 4096) == block(0)[:904] + bytes(3192)
os.fsync(f)
END2
blocks=40
[ "$FULL" = 0 ] || blocks=120
for o in vers=4.2 vers=3 vers=4.0,write=eager vers=4.2,write=wait vers=3,sync; do
	mount -t rumpfs.nfs -o $o,memsize=24M 127.0.0.1:/export "$M"
	dd if=/dev/urandom "of=$M/beside" bs=1M count=$blocks status=none &
	beside=$!
	writers=
	for i in 1 2 3; do
		python3 "$W/seen.py" "$M/f$i" $blocks &
		writers="$writers $!"
	done
	for p in $writers; do wait "$p" || die "$o: what was written is not seen"; done
	wait $beside
	for i in 1 2 3; do
		is "$(head -c 5000 "$EXPORT/f$i" | sha256sum)" "$(python3 -c "import sys; sys.stdout.buffer.write((bytes(4) + b'$i' * 4) * 625)" | sha256sum)" "$o"
	done
	rm "$M"/*
	umount "$M"
	ended 127.0.0.1:/export
done

# Nor does such a writer keep the others waiting: he slept for what they had at the server and would have had made durable, until the
# driver's flusher came after half a minute.
for o in vers=4.2 vers=3; do
	mount -t rumpfs.nfs -o $o,memsize=16M 127.0.0.1:/export "$M"
	begun=$SECONDS
	for try in 1 2 3; do
		writers=
		for i in 1 2 3 4; do
			dd if=/dev/zero "of=$M/g$i" bs=1M count=$blocks status=none &
			writers="$writers $!"
		done
		for p in $writers; do wait "$p" || die "$o: a writer fails"; done
		rm "$M"/g*
	done
	[ $((SECONDS - begun)) -lt 25 ] || die "$o: writers stood still, $((SECONDS - begun)) s"
	umount "$M"
	ended 127.0.0.1:/export
done
nfs_stop
