# SPDX-License-Identifier: GPL-2.0-only
# A full file system says so, and is clean after it; room comes back.
fat "$I" 16 16
mnt
fails 1 "No space left" dd if=/dev/zero of="$M/big" bs=1M count=40 conv=fsync
rm "$M/big"
sync -f "$M" || true	# the error above, once more
# Who does nothing but write hears of it before he is done, which he never would be; and where room has been made, nothing.
need python3
cat > "$W/write.py" <<- 'END'
	import errno, os, sys, time
	folder, how, end = sys.argv[1], sys.argv[2], time.monotonic() + 60
	with open(f'{folder}/other', 'wb') as f: f.write(bytes(4 << 20)); os.fsync(f)
	open(f'{folder}/big', 'wb').close()
	f = open(f'{folder}/big', how, buffering=0)
	try:
	    while time.monotonic() < end: f.write(bytes(65536))
	    sys.exit(f'written {f.tell()} bytes')
	except OSError as e:
	    if e.errno != errno.ENOSPC: raise
	try: os.fsync(f)
	except OSError as e: print(e)
	os.unlink(f'{folder}/other')
	f.seek(0)
	for i in range(8): f.write(os.urandom(65536))
	os.fsync(f)
	os.unlink(f'{folder}/big')
END
for how in wb r+b; do timeout 120 python3 "$W/write.py" "$M" $how; done

# Who wants to go on where it ended finds the end; names may have 765 bytes, 255 characters of three.
fits() { [ "$(stat -c %s "$1")" -le $((16 << 20)) ]; }
for part in part "$(printf '語%.0s' {1..255})"; do
	fails 1 "No space left" dd if=/dev/zero of="$M/$part" bs=1M count=40
	until_true 10 fits "$M/$part" || die "a file of $(stat -c %s "$M/$part") bytes on a disk of 16 MiB"
	size=$(stat -c %s "$M/$part")
	unmnt
	mnt
	is "$(stat -c %s "$M/$part")" "$size"
	rm "$M/$part"
done
sync -f "$M" || true
random "$W/data" 10000000
cp "$W/data" "$M/data"
cmp "$W/data" "$M/data"
unmnt
clean

# Four who write files until there is no more room: what was closed without an error is there, whole, after another mount.
need python3
fat "$I" 16 32
cat > "$W/fill.py" <<- 'END'
	import hashlib, json, os, random, sys, threading
	folder, closed = sys.argv[1], {}
	def fill(n):
	    mine, errors, i, rnd = {}, 0, 0, random.Random(n)
	    while errors < 8:
	        i += 1
	        data, name = rnd.randbytes(rnd.randint(1000, 400000)), f'{n}.{i}'
	        try:
	            f = open(f'{folder}/{name}', 'wb', buffering=0)
	            try:
	                while data[f.tell():]: f.write(data[f.tell():f.tell() + 65536])
	            finally: f.close()
	            mine[name] = hashlib.md5(data).hexdigest()
	        except OSError:
	            errors += 1
	            if mine and errors % 3 == 0: os.unlink(f'{folder}/{next(iter(mine))}'); del mine[next(iter(mine))]
	    closed.update(mine)
	threads = [threading.Thread(target=fill, args=(n,)) for n in range(4)]
	for t in threads: t.start()
	for t in threads: t.join()
	json.dump(closed, sys.stdout)
END
cat > "$W/check.py" <<- 'END'
	import hashlib, json, sys
	closed = json.load(open(sys.argv[2]))
	bad = [n for n, md5 in closed.items() if hashlib.md5(open(f'{sys.argv[1]}/{n}', 'rb').read()).hexdigest() != md5]
	if bad or len(closed) < 50: sys.exit(f'of {len(closed)} files: {bad}')
END
mnt
python3 "$W/fill.py" "$M" > "$W/closed"
umount "$M" 2> "$W/warnings"	# of what had an error when it was closed
ended
mnt
python3 "$W/check.py" "$M" "$W/closed" || die "a file that was closed without an error is not what was written"
unmnt
clean

# A file that cannot be larger than its disk: what is wrong is that the disk is full.
for type in exfat ntfs; do
	rm "$I"
	truncate -s 20M "$I"
	case $type in
	exfat) command -v mkfs.exfat > /dev/null || continue; mkfs.exfat "$I" > /dev/null ;;
	ntfs) command -v mkntfs > /dev/null || continue; mkntfs -q -F "$I" > /dev/null 2>&1 ;;
	esac
	mnt "" "$I" "$M" $type
	fails 1 "No space left" dd if=/dev/zero of="$M/big" bs=1M count=60
	fails 1 "No space left" dd if=/dev/zero of="$M/big" bs=1M count=60 conv=fsync
	umount "$M" 2> "$W/warnings"
	ended
done
