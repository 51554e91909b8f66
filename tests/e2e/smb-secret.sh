# SPDX-License-Identifier: GPL-2.0-only
# A password is in no command line, environment, mount table, log, nor in the memory of any process but the one that needs it.
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
syslog_start
secret=secret-alice
PASSWD=$secret RUMPFS_TEST=1 mount -v -t rumpfs.smbfs -o username=alice "$SHARE" "$M" > "$W/said" 2>&1
has_not "$(cat "$W/said")" "$secret"
has "$(cat "$W/said")" 'password=\*\*\*'
keeper=$(keeper_of "$SHARE") worker=$(worker_of "$SHARE")
[ -n "$keeper" ] && [ "$keeper" != "$worker" ] || die "no keeper and worker"
! grep -qa "$secret" /proc/self/mounts /proc/self/mountinfo /run/mount/utab "$W/syslog" || die "the password is in a table or the log"
for p in "$keeper" "$worker"; do
	! grep -qa "$secret" "/proc/$p/cmdline" "/proc/$p/environ" || die "the password is in process $p's arguments"
	is "$(awk '/Max core file size/ { print $5 }' "/proc/$p/limits")" 0
done
# Root reads all memory of the two. The driver needs the password to connect again, and keeps it
# in its own memory, which no core dump has; the keeper has nothing of it.
found() {
	python3 - "$1" "$secret" <<- 'END'
		import sys
		pid, secret, hits = sys.argv[1], sys.argv[2].encode(), set()
		with open(f'/proc/{pid}/mem', 'rb', 0) as mem:
		    for line in open(f'/proc/{pid}/maps'):
		        area, access, *_, name = (line.split() + [''])[:7] if len(line.split()) > 5 else (*line.split(), '')
		        start, end = (int(x, 16) for x in area.split('-'))
		        if access[0] != 'r' or name in ('[vvar]', '[vsyscall]'): continue
		        try:
		            mem.seek(start)
		            if secret in mem.read(end - start): hits.add(name or 'anonymous')
		        except (OSError, OverflowError): pass
		print(' '.join(sorted(hits)))
	END
}
is "$(found "$keeper")" "" "memory of the keeper"
where=$(found "$worker")
note "in the worker the password is in: ${where:-nothing}"
has_not "$where" 'heap|stack|anonymous'
smb_unmnt
! grep -qa "$secret" "$W/syslog" || die "the password is in the log"
syslog_end
smbd_stop
