# SPDX-License-Identifier: GPL-2.0-only
# What somebody changes on the server while a share is mounted: the share is closed, taken away and given back, the user's password is
# another, a lock is held over a restart. Callers go on, or are told, and can be killed; no file seems to be removed that is not.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/b"
echo hello > "$EXPORT/f"
random "$EXPORT/big" 3000000
conf=$W/samba/conf
tell() { smbcontrol -s "$conf" "$SMBD" "$@"; }
smbd_start
syslog_start
fast=echo_interval=1,actimeo=0,nosharesock
smb "hard,$fast"
smb "soft,$fast" DATA "$W/b"

# Closed while files are open: whoever comes next connects to it again.
exec 5< "$M/f" 6>> "$M/log"
for i in 1 2 3; do
	tell close-share data
	is "$(timeout 20 cat "$M/f")" hello "closed, $i"
	timeout 20 dd if="$M/big" bs=64k iflag=direct status=none | cmp - "$EXPORT/big"
	echo "line $i" >&6
	until_true 20 eval '[ "$(timeout 5 cat "$W/b/f" 2> /dev/null)" = hello ]' || die "a soft mount does not come back"
done
is "$(cat <&5)" hello
exec 5<&- 6>&-
is "$(cat "$EXPORT/log")" "$(seq -f 'line %.0f' 3)"
rm "$M/log"

# Taken away: that is not to say that its files are. Given back: all is as before.
sed -i 's/^\[data\]/[hidden]/' "$conf"
smbd_stop KILL
sed -i 's/^\[data\]/[hidden]/' "$conf"
smbd -F -s "$conf" < /dev/null > "$W/samba/out" 2>&1 &
SMBD=$!
server_wait "$SMBD" "$W/samba/log" listens 445
out=$(timeout 30 cat "$W/b/f" 2>&1) && die "read a share that is not there"
has_not "$out" 'No such file'
has "$out" 'Host is down|temporarily unavailable'
cat "$M/f" > out 2>&1 &
reader=$!
cat "$M/big" > /dev/null 2>&1 &
caller=$!
syslog_has 'BAD_NETWORK_NAME'
alive $reader || { cat out; die "a hard mount gave up"; }
kill_callers reader $caller
sed -i 's/^\[hidden\]/[data]/' "$conf"
tell reload-config
until_true 30 eval "! alive $reader" || die "the reader does not get on"
wait $reader || { cat out; die "the reader failed"; }
is "$(cat out)" hello
until_true 20 eval '[ "$(timeout 5 cat "$W/b/f" 2> /dev/null)" = hello ]' || die "a soft mount does not come back"

# The password is another: said in the log, callers are told and can be killed, the server is not asked all the time; the old one again: all
# is as before.
password() { printf '%s\n%s\n' "$1" "$1" | smbpasswd -c "$conf" -s -a alice > /dev/null; }
password new-secret
smbd_stop KILL
smbd_start 'log level = 1 auth:3'
cat "$M/f" > /dev/null 2>&1 &
caller=$!
fails 1 'Permission denied|Host is down' timeout 30 cat "$W/b/f"
syslog_has 'refuses the login'
has_not "$(cat "$W/syslog")" 'secret-alice|new-secret'
for i in $(seq 20); do timeout 5 cat "$M/f" > /dev/null 2>&1 || true; done
tries=$(grep -c 'Authentication for user .* FAILED\|NT_STATUS_WRONG_PASSWORD' "$W/samba/log" || true)
note "logins refused: $tries"
((tries > 0 && tries <= 16)) || die "$tries tries to log in"
kill_callers reader $caller
password secret-alice
until_true 40 eval '[ "$(timeout 5 cat "$M/f" 2> /dev/null)" = hello ]' || die "the old password does not help"
until_true 40 eval '[ "$(timeout 5 cat "$W/b/f" 2> /dev/null)" = hello ]' || die "the old password does not help a soft mount"

# Locks are taken again by who held them: nobody else has them after the server's restart.
cat > "$W/locks.py" <<- 'END'
	import fcntl, os, sys
	fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.write(fd, b'before'); os.fsync(fd)
	fcntl.lockf(fd, fcntl.LOCK_EX, 6, 100)
	print('locked', flush=True)
	sys.stdin.readline()
	os.pwrite(fd, b'after', 0); os.fsync(fd)
	print('written', flush=True)
	sys.stdin.readline()
END
mkfifo go
python3 "$W/locks.py" "$M/l" < go > said &
holder=$!
exec 7> go
until_true 10 grep -q locked said || die "no lock"
other() { python3 -c 'import fcntl, os, sys; fcntl.lockf(os.open(sys.argv[1], os.O_RDWR), fcntl.LOCK_EX | fcntl.LOCK_NB, 6, 100)' "$W/b/l" 2> /dev/null; }
! other || die "two have a lock"
smbd_stop KILL
smbd_start
echo >&7
until_true 30 grep -q written said || die "the holder cannot write after a restart: $(cat said)"
until_true 20 eval '! other' || die "the lock has not been taken again"
echo >&7
wait $holder
exec 7>&-
until_true 20 other || die "the lock stays"
is "$(cat "$EXPORT/l")" aftere

umount "$W/b" && ended //127.0.0.1/DATA
smb_unmnt
syslog_end
smbd_stop
