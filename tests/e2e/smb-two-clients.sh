# SPDX-License-Identifier: GPL-2.0-only
# Two clients of one share: what one has closed the other sees when it opens, locks hold between them, leases are given back.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/b"
smbd_start
smb nosharesock data
smb nosharesock DATA "$W/b"
B=$W/b
for i in $(seq 30); do
	echo "round $i, longer and longer: $(seq -s, $i)" > "$M/f"
	is "$(cat "$B/f")" "$(cat "$EXPORT/f")" "one writes, round $i"
	echo "back $i" > "$B/f"
	is "$(cat "$M/f")" "back $i" "the other writes, round $i"
done
# Same length, same second: nothing but the server's word tells.
for i in $(seq 10 40); do
	printf "%s" $i > "$M/s"
	is "$(cat "$B/s")" $i
	printf "%s" $((i + 1)) > "$B/s"
	is "$(cat "$M/s")" $((i + 1))
done
# Names are believed as long as the driver believes attributes: a second, unless actimeo= says otherwise. The rest is for a busy machine.
names() {
	rm "$M/f"
	until_true "$1" eval '[ ! -e "$B/f" ]' || die "removed, and still there for the other"
	mkdir "$B/d"
	until_true "$1" [ -d "$M/d" ] || die "made, and not there for the other"
	mv "$M/d" "$M/e"
	until_true "$1" eval '[ -d "$B/e" ] && [ ! -d "$B/d" ]' || die "renamed, and not for the other"
	rmdir "$B/e"
	until_true "$1" eval '[ ! -d "$M/e" ]' || die "removed, and still there for the first"
}
names 5
# A directory that the other renames is the same under its new name: its number, those below, what is open there and who works there.
mkdir -p "$B/old/sub" && echo text > "$B/old/sub/f"
until_true 5 [ -e "$M/old/sub/f" ] || die "made, and not there for the other"
numbers() { stat -c %i "$1" "$1/sub" "$1/sub/f"; }
before=$(numbers "$M/old")
exec 5< "$M/old/sub"
(cd "$M/old/sub" && until_true 30 [ -e "$W/renamed" ] && pwd -P && cat f) > "$W/inside" 2>&1 &
inside=$!
until_true 10 [ "/proc/$inside/cwd" -ef "$M/old/sub" ] || die "nobody works there"
mv "$B/old" "$B/new"
is "$(numbers "$M/new")" "$before" "numbers after the other has renamed a directory"
touch "$W/renamed"
wait $inside
is "$(cat "$W/inside")" "$M/new/sub
text"
is "$(ls /proc/self/fd/5/)" f
exec 5<&-
is "$(numbers "$M/new")" "$(numbers "$EXPORT/new")" "the server's numbers"
has_not "$(rumpfs log "$M")" 'Autodisabling'
rm -r "$EXPORT/new"
# A file that the other removes by the name that was used last is still there by its first, whatever is done to it.
for what in "stat -c %h" cat "chmod 600" "truncate -s 1" "setfattr -n user.x -v y" "ln -t $M/links" "readlink -e"; do
	mkdir "$M/links"
	echo text > "$M/first"
	ln "$M/first" "$M/second"
	is "$(stat -c %h "$M/first" "$M/second")" "2
2"
	rm "$B/second"
	$what "$M/first" > /dev/null || die "$what: after the other has removed another name"
	until_true 5 eval '[ ! -e "$M/second" ]' || die "removed, and still there"
	rm -r "$M/first" "$M/links"
done
# A file that is open, and the other renames: it can be opened by its new name, and what was written by the old one is there.
echo one > "$M/log"
exec 5>> "$M/log"
echo two >&5
mv "$B/log" "$B/log.1"
until_true 5 eval '[ ! -e "$M/log" ]' || die "renamed, and still there"
is "$(cat "$M/log.1")" "one
two"
echo three >> "$M/log.1"
echo four >&5
is "$(cat "$M/log.1" "$B/log.1")" "$(printf '%s\n' one two three four one two three four)"
exec 5>&-
rm "$M/log.1"
# What is replaced or removed while somebody has it open he keeps, and its name is free at once, whoever it is who has it open.
for other in "$M" "$B"; do
	mkdir "$M/open"
	echo old > "$M/open/f"
	echo new > "$M/open/n"
	exec 5< "$other/open/f"
	rename "$M/open/n" "$M/open/f"
	is "$(cat "$M/open/f" "$EXPORT/open/f")" "new
new"
	is "$(cat <&5)" old
	exec 5<&-
	until_true 5 eval '[ "$(ls -A "$EXPORT/open")" = f ]' || die "left: $(ls -A "$EXPORT/open")"
	rm -r "$M/open"
done
echo first > "$M/f"
exec 5<> "$M/f"
rm "$M/f"
mkdir "$M/f"
echo changed >&5
is "$(python3 -c "import os; print(os.pread(5, 100, 0), os.fstat(5).st_nlink)")" "b'changed\\n' 0"
exec 5<&-
rmdir "$M/f"
# Where the server does not allow it nothing is lost.
mkdir -m 755 "$EXPORT/his"
echo old > "$EXPORT/his/f"
echo new > "$EXPORT/his/n"
exec 5< "$M/his/f"
fails 1 'PermissionError' rename "$M/his/n" "$M/his/f"
fails 1 'Permission denied' rm -f "$M/his/f"
exec 5<&-
is "$(cat "$M/his/f" "$EXPORT/his/f" "$M/his/n" && ls -A "$EXPORT/his")" "$(printf '%s\n' old old new f n)"
rm -r "$EXPORT/his"
# Who has a file open by a lease reads what he has without asking (his daemon would answer behind all that is read ahead), and asks
# again from when another writes.
cat > "$W/lease.py" <<- 'END'
	import json, os, subprocess, sys, time
	a, b, mount = sys.argv[1:]
	def asked(times):
	    def requests(): return json.loads(subprocess.check_output(['rumpfs', 'status', '--json', mount]))[0]['requests']
	    before = requests()
	    for i in range(times): last = os.pread(r, 4, 0)
	    return requests() - before, last
	open(a, 'wb').write(b'old.' * 2000)
	r = os.open(b, os.O_RDONLY)
	assert os.pread(r, 9000, 0) == b'old.' * 2000
	n, last = asked(400)
	assert n < 100 and last == b'old.', ('with a lease', n, last)
	w = os.open(a, os.O_WRONLY)
	os.pwrite(w, b'new.', 0); os.fsync(w)
	end = time.monotonic() + 5
	while os.pread(r, 4, 0) != b'new.': assert time.monotonic() < end, 'not seen'
	n, last = asked(400)
	assert n >= 400 and last == b'new.', ('without a lease', n, last)
END
python3 "$W/lease.py" "$M/lease" "$B/lease" "$B"
umount "$B" && ended //127.0.0.1/DATA
smb_unmnt
smb nosharesock,actimeo=0 data
smb nosharesock,actimeo=0 DATA "$W/b"
touch "$M/f"
names 0
# A reader that keeps the file open, even mapped, while another writes.
python3 - "$M/m" "$B/m" <<- 'END'
	import mmap, os, sys, time
	def wait(what, get, want):
	    end = time.monotonic() + 30
	    while get() != want:
	        assert time.monotonic() < end, (what, get())
	        time.sleep(0.02)
	a = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.write(a, b'x' * 8192); os.fsync(a)
	b = os.open(sys.argv[2], os.O_RDWR)
	assert os.pread(b, 10, 0) == b'x' * 10
	m = mmap.mmap(b, 8192, prot=mmap.PROT_READ)
	assert m[:4] == b'xxxx'
	os.pwrite(a, b'new!', 0); os.fsync(a)
	wait('read', lambda: os.pread(b, 4, 0), b'new!')
	wait('mapped', lambda: m[:4], b'new!')
	os.pwrite(b, b'back', 4096); os.fsync(b)
	wait('the other way', lambda: os.pread(a, 4, 4096), b'back')
	# Neither has a lease now, so neither keeps anything, though nobody tells them.
	for i in range(100, 150):
	    new = b'a%d' % i
	    os.pwrite(a, new, 100); os.fsync(a)
	    wait('without a lease', lambda: os.pread(b, 4, 100), new)
	    wait('mapped without a lease', lambda: m[100:104], new)
	    new = b'b%d' % i
	    os.pwrite(b, new, 100); os.fsync(b)
	    wait('the other way without a lease', lambda: os.pread(a, 4, 100), new)
	os.pwrite(b, b'longer', 8192); os.fsync(b)
	wait('a size', lambda: os.pread(a, 6, 8192), b'longer')
END
cmp "$M/m" "$EXPORT/m"
# Locks: one holds, the other does not get it, and then does.
python3 - "$M/l" "$B/l" <<- 'END'
	import fcntl, os, sys
	a = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	b = os.open(sys.argv[2], os.O_RDWR)
	for lock in (lambda fd, op: fcntl.lockf(fd, op, 100, 50), fcntl.flock):
	    lock(a, fcntl.LOCK_EX | fcntl.LOCK_NB)
	    try: lock(b, fcntl.LOCK_EX | fcntl.LOCK_NB); sys.exit('two have the lock')
	    except OSError: pass
	    if lock is not fcntl.flock:
	        fcntl.lockf(b, fcntl.LOCK_EX | fcntl.LOCK_NB, 100, 150); fcntl.lockf(b, fcntl.LOCK_UN, 100, 150)
	    # Another process of the same client that opens, unlocks and closes the file ends nobody's lock.
	    pid = os.fork()
	    if not pid:
	        c = os.open(sys.argv[1], os.O_RDWR); lock(c, fcntl.LOCK_UN); os.close(c); os._exit(0)
	    assert os.waitpid(pid, 0)[1] == 0
	    try: lock(b, fcntl.LOCK_EX | fcntl.LOCK_NB); sys.exit('the lock has gone with the close of another')
	    except OSError: pass
	    pid = os.fork()
	    if not pid:
	        lock(b, fcntl.LOCK_EX); os.write(b, b'locked'); os._exit(0)
	    lock(a, fcntl.LOCK_UN)
	    assert os.waitpid(pid, 0)[1] == 0
END
umount "$B" && ended //127.0.0.1/DATA
smb_unmnt
# A directory that the server has under two names at once has two numbers of the driver's making.
smb nosharesock data
mkdir -p "$EXPORT/one/sub" "$EXPORT/two" && echo text > "$EXPORT/one/sub/f"
# The server takes the oldest of its times for the one when it was made, by which the driver tells files of one number apart; listing sets another.
touch -m -d 2020-01-01 "$EXPORT/one" "$EXPORT/one/sub"
mount --bind /run/export/one /run/export/two
for i in 1 2 3; do
	is "$(cd "$M" && echo one/*/* two/*/*)" "one/sub/f two/sub/f" "two names, round $i"
	is "$(cat "$M/one/sub/f" "$M/two/sub/f")" "text
text"
done
has "$(rumpfs log "$M")" 'Autodisabling'
smb_unmnt
umount /run/export/two
# With cache=loose a reader that keeps a file open sees what another has written when actimeo= is over.
smb nosharesock,cache=loose data
smb nosharesock,cache=loose DATA "$B"
python3 - "$M/loose" "$B/loose" <<- 'END'
	import os, sys, time
	a = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.write(a, b'x' * 8192); os.fsync(a)
	b = os.open(sys.argv[2], os.O_RDWR)
	for i in range(6):
	    w, r, new = (a, b, b'a%d' % i) if i % 2 else (b, a, b'b%d' % i)
	    os.pread(r, 8192, 0)
	    os.pwrite(w, new, 0); os.fsync(w)
	    end = time.monotonic() + 30
	    while os.pread(r, 2, 0) != new:
	        assert time.monotonic() < end, (i, 'not seen')
	        time.sleep(0.02)
END
cmp "$M/loose" "$EXPORT/loose"
umount "$B" && ended //127.0.0.1/DATA
smb_unmnt
smbd_stop
