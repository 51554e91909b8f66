# SPDX-License-Identifier: GPL-2.0-only
# A connection that breaks while a file is open, locked, and has data that the server has not: all that is there afterwards, also where the
# server keeps the file open for the lost connection (a durable handle; the driver asks for it, but in a way that smbd refuses, and opens the
# file anew). What smbd has not, persistent and resilient handles, is refused or done without.
# variants: yes no
own_network
smb_needs
need python3
mkdir "$EXPORT"
smbd_start '' "durable handles = $VARIANT
	kernel oplocks = no
	kernel share modes = no
	posix locking = no"
cat > "$W/hold.py" <<- 'END'
	import fcntl, os, sys
	fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.write(fd, b'saved\n'); os.fsync(fd)
	fcntl.lockf(fd, fcntl.LOCK_EX, 6, 1000)
	os.pwrite(fd, b'unsaved\n', 6)
	print('locked', flush=True)
	sys.stdin.readline()
	os.pwrite(fd, b'after\n', 14)
	os.fsync(fd)
	assert os.pread(fd, 100, 0) == b'saved\nunsaved\nafter\n'
	print('written', flush=True)
	sys.stdin.readline()
	os.close(fd)
END
smb_proxy
smb hard,nosharesock,port=4450
mkdir "$W/b"
smb nosharesock DATA "$W/b"
mkfifo go
python3 "$W/hold.py" "$M/f" < go > said &
holder=$!
exec 7> go
until_true 10 grep -q locked said || die "no lock"
is "$(cat "$EXPORT/f")" saved
[ "$VARIANT" = no ] || grep -q DHnQ "$W/wire" || die "no durable handle was asked for"
# The proxy is killed with its connections.
server_stop $PROXY KILL
smb_proxy
echo >&7
until_true 30 grep -q written said || die "the holder does not go on"
is "$(cat "$EXPORT/f")" "saved
unsaved
after"
other() { python3 -c 'import fcntl, os, sys; fcntl.lockf(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB, 6, 1000)' "$W/b/f" 2> /dev/null; }
! other || die "the lock is lost"
echo >&7
exec 7>&-
wait $holder
until_true 20 other || die "the lock stays"
umount "$W/b" && ended //127.0.0.1/DATA
smb_unmnt
server_stop $PROXY KILL
fails 32 'not supported' smb persistenthandles
nothing_left "$SHARE"
smb resilienthandles
echo hello > "$M/f"
is "$(cat "$EXPORT/f")" hello
smb_unmnt
smbd_stop
