# SPDX-License-Identifier: GPL-2.0-only
# A file that is open while the connection breaks: whatever is asked of it first afterwards is done, on a hard mount.
# timeout: 180
own_network
smb_needs
need python3
mkdir "$EXPORT"
smbd_start
cat > "$W/hold.py" <<- 'END'
	import ctypes, os, sys
	path, how, op = sys.argv[1:]
	fd = os.open(path, os.O_RDONLY if how == 'ro' else os.O_RDWR)
	os.pread(fd, 10, 0)
	print('ready', flush=True)
	sys.stdin.readline()
	libc = ctypes.CDLL(None, use_errno=True)
	def fallocate(mode, off, n):
	    if libc.fallocate(fd, mode, ctypes.c_long(off), ctypes.c_long(n)): raise OSError(ctypes.get_errno(), 'fallocate')
	try:
	    match op:
	        case 'data': assert os.lseek(fd, 1000, os.SEEK_DATA) == 1000
	        case 'hole': assert os.lseek(fd, 1000, os.SEEK_HOLE) == 300000
	        case 'reserve': fallocate(0, 0, 400000)
	        case 'punch': fallocate(3, 0, 65536)
	        case 'zero': fallocate(16, 0, 65536)
	        case 'copy':
	            n = 0
	            while n < 131072: n += os.copy_file_range(fd, fd, 131072 - n, 131072 + n, n)
	        case 'fsync': os.fsync(fd)
	        case 'read': assert len(os.pread(fd, 100, 200000)) == 100
	        case 'truncate': os.ftruncate(fd, 5)
	    print('done', flush=True)
	except OSError as e: print(e, flush=True)
END
smb_proxy
smb hard,port=4450
mkfifo go
n=0
for what in ro/data ro/hole ro/read rw/data rw/hole rw/reserve rw/punch rw/zero rw/copy rw/fsync rw/truncate; do
	f=f$((n++))
	random "$EXPORT/$f" 300000
	cp "$EXPORT/$f" "$W/was"
	chmod 666 "$EXPORT/$f"
	: > said
	python3 "$W/hold.py" "$M/$f" ${what%/*} ${what#*/} < go > said &
	holder=$!
	exec 7> go
	until_true 10 grep -q ready said || die "$what: not opened"
	# The proxy is killed with its connections.
	server_stop $PROXY KILL 2> /dev/null
	smb_proxy
	echo >&7
	exec 7>&-
	until_true 30 eval '[ "$(wc -l < said)" = 2 ]' || { kill -KILL $holder; die "$what: does not end"; }
	wait $holder
	is "$(tail -1 said)" "done" "$what"
	case $what in
	*/reserve) is "$(stat -c %s "$EXPORT/$f")" 400000; cmp -n 300000 "$EXPORT/$f" "$W/was" ;;
	*/punch | */zero) cmp -n 65536 "$EXPORT/$f" /dev/zero; cmp -i 65536 "$EXPORT/$f" "$W/was" ;;
	*/copy) cmp -n 131072 "$EXPORT/$f" "$W/was" -i 0:131072 ;;
	esac
done
smb_unmnt
server_stop $PROXY KILL
smbd_stop
