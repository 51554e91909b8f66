# SPDX-License-Identifier: GPL-2.0-only
# NFS: what was written and not made durable is sent again when the server has lost it; nobody waits for memory longer than the
# server takes, with write=eager, and with many files written at once in little memory; a writer whom a silent server keeps waiting can be killed.
# timeout: 300
own_network
need python3
mkdir "$EXPORT"
S=127.0.0.1:/export
ganesha_start "$EXPORT" 'Lease_Lifetime = 60; Graceless = true;'

# The driver's own limit for what waits for a COMMIT it looks at twice a minute, and there would be ten such waits.
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v,write=eager $S "$M"
	timeout 60 dd if=/dev/zero "of=$M/eager" bs=64k count=3200 2> "$W/err" || { cat "$W/err"; die "NFS $v: write=eager stalls"; }
	is "$(stat -c %s "$EXPORT/eager")" $((200 << 20))
	rm "$M/eager"		# not behind the server's back, which would go on with the removed file
	umount "$M"
done

# Files that are open all at once, each with some megabytes that nobody has asked to make durable, are more than the memory.
cat > "$W/many.py" <<'END2'
import os, sys
folder, megabyte = sys.argv[1], os.urandom(1 << 20)
files = [os.open(f'{folder}/many{i}', os.O_RDWR | os.O_CREAT) for i in range(40)]
for n in range(5):
    for i, f in enumerate(files):
        os.pwrite(f, bytes([i, n]) + megabyte[2:], n * 1000001)
for f in files:
    os.fsync(f)
with open(folder + '/reference', 'wb') as f:
    f.write(megabyte)
END2
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v,memsize=32M $S "$M"
	timeout 100 python3 "$W/many.py" "$M" || die "NFS $v: many files at once"
	python3 - "$EXPORT" <<- 'END2'
		import sys
		folder = sys.argv[1]
		megabyte = open(folder + '/reference', 'rb').read()
		for i in range(40):
		    want = b''.join((bytes([i, n]) + megabyte[2:])[:1000001 if n < 4 else None] for n in range(5))
		    assert open(f'{folder}/many{i}', 'rb').read() == want, i
	END2
	rm "$M"/many* "$M/reference"
	umount "$M"
done

# Many who write and read, and a server that stands still now and then: what waits for it is more than the memory too.
random "$W/data" 20000000
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v,memsize=32M $S "$M"
	cp "$W/data" "$M/big"
	load=
	for i in 1 2 3 4 5 6 7 8; do
		(for k in 1 2 3; do cp "$W/data" "$M/f$i" && cmp "$W/data" "$M/f$i" || exit 1; done) &
		load="$load $!"
	done
	(for k in 1 2 3; do cmp "$M/big" "$W/data" && ls -lR "$M" > /dev/null || exit 1; done) &
	load="$load $!"
	for k in 1 2; do
		until_true 60 eval '[ -n "$(find "$EXPORT" -newer "$W/data" -name "f*")" ]'
		kill -STOP "$GANESHA"
		sleep 3		# the length of the silence: longer than memory lasts
		touch "$W/data"
		kill -CONT "$GANESHA"
	done
	for p in $load; do wait "$p" || die "NFS $v: a load failed"; done
	for i in 1 2 3 4 5 6 7 8; do cmp "$W/data" "$EXPORT/f$i"; rm "$M/f$i"; done
	rm "$M/big"
	umount "$M"
done

# A server that falls silent while somebody writes more than there is memory for: he waits, and leaves when he is killed.
# What he was told is written is, when the server speaks again.
cat > "$W/write.py" <<'END2'
import os, sys
f = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
for n in range(400):
    os.pwrite(f, n.to_bytes(4, 'little') * 65536, n << 18)
    print(n + 1, flush=True)
END2
told() { wc -l < "$W/told"; }
waits() { local a=$(told); sleep 0.5; [ "$a" = "$(told)" ]; }
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v $S "$M"
	: > "$W/told"		# now, not when the writer gets to it: of the version before it is full
	python3 "$W/write.py" "$M/silent" > "$W/told" &
	writer=$!
	until_true 30 eval '[ "$(told)" -gt 20 ]' || die "NFS $v: it does not begin"
	kill -STOP "$GANESHA"
	until_true 60 waits
	alive $writer || die "NFS $v: 100 MB are in memory"
	kill -KILL $writer
	until_true 20 eval "! alive $writer || grep -q '^State:.Z' /proc/$writer/status" || die "NFS $v: a killed writer waits for the server"
	kill -CONT "$GANESHA"
	wait $writer 2> /dev/null || true
	sync -f "$M"
	python3 - "$EXPORT/silent" "$(told)" <<- 'END2'
		import sys
		data = open(sys.argv[1], 'rb').read()
		told = int(sys.argv[2])
		for n in range(told):
		    assert data[n << 18:(n + 1) << 18] == n.to_bytes(4, 'little') * 65536, n
	END2
	rm "$M/silent"
	umount "$M"
done

# What the server has, but not on its disk, is lost with it: it says so by another verifier, and gets it once more. The
# drivers' flushers make all of it durable five seconds after it was written first: a server that is killed later has lost nothing.
cat > "$W/unstable.py" <<'END2'
import os, sys, time
file, sync = sys.argv[1:]
f = os.open(file, os.O_WRONLY | os.O_CREAT)
block = open(os.path.dirname(sync) + '/data', 'rb').read()
begun = time.time_ns() // 1000000
os.write(f, block)
with open(sync + '.new', 'w') as written:
    print(begun, file=written)
os.rename(sync + '.new', sync + '.written')
while not os.path.exists(sync):
    time.sleep(0.05)
os.fsync(f)
open(sync + '.durable', 'w')
END2
random "$W/data" 8000000
versions="4.2 4.1 4.0 3"
for v in $versions; do
	mkdir "$W/m$v"
	mount -t rumpfs.nfs -o vers=$v $S "$W/m$v"
done
writers=
for try in 1 2 3 4 5 6; do
	for p in $writers; do kill -KILL "$p"; wait "$p" || true; done
	rm -f "$W"/sync*
	writers=
	# Grace periods of a try before.
	for v in $versions; do dd if=/dev/zero "of=$W/m$v/begin$v" bs=1 count=1 conv=fsync status=none; done
	for v in $versions; do
		python3 "$W/unstable.py" "$W/m$v/lost$v.$try" "$W/sync$v" &
		writers="$writers $!"
	done
	for v in $versions; do
		until_true 60 test -e "$W/sync$v.written" || die "NFS $v: a writer hangs"
		until_true 60 eval '[ "$(stat -c %s "$EXPORT/lost$v.$try")" -ge 7000000 ]' || die "NFS $v: nothing is sent before fsync"
	done
	ganesha_stop KILL
	took=$(($(date +%s%3N) - $(cat "$W"/sync*.written | sort -n | head -n 1)))
	[ $took -gt 4000 ] || break
	note "$took ms to the server's end: once more"
	ganesha_start "$EXPORT" 'Lease_Lifetime = 60; Grace_Period = 15;'
done
[ $took -le 4000 ] || die "the server is never killed in time"
for v in $versions; do dd if=/dev/zero "of=$EXPORT/lost$v.$try" bs=1M count=7 conv=notrunc status=none; done
ganesha_start "$EXPORT" 'Lease_Lifetime = 60; Grace_Period = 15;'
for v in $versions; do touch "$W/sync$v"; done
for v in $versions; do
	until_true 90 test -e "$W/sync$v.durable" || die "NFS $v: fsync does not end"
	cmp "$W/data" "$EXPORT/lost$v.$try"
done
for p in $writers; do wait "$p"; done
for v in $versions; do umount "$W/m$v"; done
ended $S
nfs_stop
