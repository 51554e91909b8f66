# SPDX-License-Identifier: GPL-2.0-only
# POSIX and flock locks between processes.
fat "$I" 16 16
mnt
touch "$M/f"
exec 3> "$M/f"
flock -n 3
fails 1 "" flock -n "$M/f" true
flock -u 3
flock -n "$M/f" true
python3 - "$M/f" <<- 'END'
	import fcntl, os, sys
	fd = os.open(sys.argv[1], os.O_RDWR); fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 10, 5)
	pid = os.fork()
	if not pid:
	    other = os.open(sys.argv[1], os.O_RDWR)
	    fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB, 5, 0)
	    try: fcntl.lockf(other, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 6)
	    except OSError: os._exit(0)
	    os._exit(1)
	sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
exec 3>&-
unmnt
