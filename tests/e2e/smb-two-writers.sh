# SPDX-License-Identifier: GPL-2.0-only
# Two clients write to the same files by turns, each opening and closing them: who has just written reads all, as long as the other has
# made it. With closetimeo=1, the driver's own default, some of a hundred are too short. And two append to a file that both have open.
own_network
smb_needs
mkdir "$EXPORT" "$W/b"
smbd_start
smb hard
smb hard data "$W/b"
cat > "$W/writers.py" <<- 'END'
	import os, random, sys, time
	rnd, end, short, n = random.Random(5), time.monotonic() + 10, 0, 0
	sizes = [0] * 7
	while time.monotonic() < end:
	    n += 1
	    f = n // 6 % 7
	    fd = os.open(f'{rnd.choice(sys.argv[1:])}/f{f}', os.O_RDWR | os.O_CREAT, 0o666)
	    at, length = rnd.randrange(100000), rnd.choice([100, 4096, 30000])
	    os.pwrite(fd, bytes(length), at)
	    sizes[f] = max(sizes[f], at + length)
	    short += len(os.pread(fd, 400000, 0)) < sizes[f]
	    if rnd.random() < 0.4: sizes[f] = rnd.randrange(130000); os.ftruncate(fd, sizes[f])
	    os.close(fd)
	    time.sleep(0.02)	# the time it takes a lease that was lost to be known
	print(f'note: {short} of {n} too short')
	sys.exit(short > 0)
END
python3 "$W/writers.py" "$M" "$W/b" || die "read as long as it was before the other wrote"
umount "$M" "$W/b"
ended "$SHARE"
# Each goes to the end that the server has, whatever is known of it here.
for options in nosharesock nosharesock,cache=none; do
	smb "$options"
	smb "$options" data "$W/b"
	python3 - "$M/$options" "$W/b/$options" <<- 'END'
		import os, sys
		files = [os.open(p, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666) for p in sys.argv[1:]]
		for i in range(200): os.write(files[i % 2], b'line %03d\n' % i)
	END
	cmp "$EXPORT/$options" <(seq -f 'line %03g' 0 199) || die "not all that two have appended is there: $options"
	umount "$M" "$W/b"
	ended "$SHARE"
done
smbd_stop
