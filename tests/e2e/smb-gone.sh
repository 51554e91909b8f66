# SPDX-License-Identifier: GPL-2.0-only
# An open file that is removed at the server while the connection is broken: fsync says that it is gone, on a hard mount too, which waits
# for a server but not for a file.
# timeout: 120
own_network
smb_needs
need python3
mkdir "$EXPORT"
smbd_start
cat > "$W/hold.py" <<- 'END'
	import os, sys
	fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o666)
	os.write(fd, b'saved\n'); os.fsync(fd)
	print('saved', flush=True)
	sys.stdin.readline()
	try: os.fsync(fd)
	except OSError as e: print(e.strerror, flush=True)
	else: print('no error', flush=True)
END
smb_proxy
smb hard,port=4450
mkfifo go
python3 "$W/hold.py" "$M/f" < go > said &
holder=$!
exec 7> go
until_true 10 grep -q saved said || die "nothing was written"
# The proxy is killed with its connections.
server_stop $PROXY KILL
rm "$EXPORT/f"
smb_proxy
echo >&7
exec 7>&-
until_true 30 eval '[ "$(wc -l < said)" = 2 ]' || { kill -KILL $holder; die "fsync does not end"; }
wait $holder
is "$(tail -1 said)" "No such file or directory"
smb_unmnt
server_stop $PROXY KILL
smbd_stop
