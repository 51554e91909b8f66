# SPDX-License-Identifier: GPL-2.0-only
# Who may and who may not: every way to give a password, and what is said when it is wrong.
own_network
smb_needs
mkdir "$EXPORT"
echo hello > "$EXPORT/f"
smbd_start
try() { mount -t rumpfs.smbfs "$@" "$SHARE" "$M"; }
reads() { is "$(cat "$M/f")" hello; smb_unmnt; }

printf 'username=alice\npassword=secret-alice\n' > "$W/cred"
chmod 600 "$W/cred"
try -o "credentials=$W/cred"; reads
chmod 644 "$W/cred"
has "$(try -o "credentials=$W/cred" 2>&1)" 'can be read by others'; reads
PASSWD=secret-bob try -o username=bob; reads
USER=bob%secret-bob try; reads
PASSWD_FD=5 try -o username=alice 5< <(echo secret-alice); reads
echo secret-alice > "$W/password"
PASSWD_FILE=$W/password try -o user=TESTS/alice; reads
try -o user=alice%secret-alice,domain=TESTS; reads
mount -t rumpfs -o username=alice,password=secret-alice "$SHARE" "$M"; reads
mount -t rumpfs.smb3 -o username=alice,password=secret-alice '\\127.0.0.1\data' "$M" && is "$(cat "$M/f")" hello && umount "$M" && ended '\\127.0.0.1\data'
mount -t rumpfs.cifs -o guest //127.0.0.1/guest "$M" && is "$(cat "$M/f")" hello && umount "$M" && ended //127.0.0.1/guest
mkdir -p "$EXPORT/sub/dir" && touch "$EXPORT/sub/dir/deep"
smb '' data/sub/dir && is "$(ls "$M")" deep && umount "$M" && ended "$SHARE/sub/dir"

# A terminal is asked, and shows nothing of the answer.
python3 - "$SHARE" "$M" <<- 'END'
	import os, pty, sys
	pid, fd = pty.fork()
	if not pid:
	    os.execvp('mount', ['mount', '-t', 'rumpfs.smbfs', '-o', 'username=alice', *sys.argv[1:]])
	said = b''
	while b': ' not in said:
	    said += os.read(fd, 1000)
	assert b'Password for alice@//127.0.0.1/data: ' in said, said
	os.write(fd, b'secret-alicex\x7f\n')
	try:
	    while more := os.read(fd, 1000): said += more
	except OSError: pass
	assert b'secret' not in said, said
	assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said
END
reads

fails 32 'LOGON_FAILURE' try -o username=alice,password=wrong
fails 32 'refuses this user' try -o username=alice,password=wrong
has_not "$(try -o username=alice,password=wrong 2>&1)" 'next try'
fails 32 'BAD_NETWORK_NAME' mount -t rumpfs.smbfs -o username=alice,password=secret-alice //127.0.0.1/nothing "$M"
fails 32 'does not have that' smb '' data/no/such/folder
fails 1 'no terminal' setsid mount -t rumpfs.smbfs -o username=alice "$SHARE" "$M"
fails 32 'Kerberos' smb sec=krb5
fails 1 'unknown option "passwort"; did you mean "password"' smb passwort=x
fails 1 'not of the form //SERVER/SHARE' mount -t rumpfs.smbfs 127.0.0.1:/data "$M"
fails 1 'is for devices' /sbin/mount.rumpfs.smbfs "$SHARE" "$M" -o guest,offset=512
fails 32 'address of no-such-host.invalid cannot be found' mount -t rumpfs.smbfs -o guest //no-such-host.invalid/x "$M"
smbd_stop
fails 32 'server does not answer' smb
nothing_left "$SHARE"
