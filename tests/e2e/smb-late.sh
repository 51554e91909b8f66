# SPDX-License-Identifier: GPL-2.0-only
# What was waiting for its turn while the connection broke and the client logged in again belongs to a session that is no more:
# it is asked again, also when signed or sealed, and nobody hears "No such file".
# variants: sign seal
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
few='smb2 max credits = 12'
smbd_start "$few"
smb hard,echo_interval=2,$VARIANT
cat > "$W/load" <<- 'END'
	import os, sys
	here, me, stop = sys.argv[1:]
	n = 0
	while not os.path.exists(stop):
	    data = os.urandom(30000 + n)
	    try:
	        name = f'{here}/{me}'
	        fd = os.open(name, os.O_RDWR | os.O_CREAT, 0o644)
	        for at in range(0, len(data), 10000): os.pwrite(fd, data[at:at + 10000], at)
	        os.fsync(fd)
	        got = os.pread(fd, len(data), 0)
	        if got != data: print('error', me, n, 'read', len(got), 'of', len(data), flush=True)
	        os.close(fd)
	        os.stat(name); os.utime(name); os.listxattr(name); os.statvfs(here)
	    except OSError as e:
	        print('error', me, n, e, flush=True)
	    n += 1
	    print(n, flush=True)
END
for i in $(seq 12); do
	python3 "$W/load" "$M" $i "$W/stop" > "$W/log.$i" &
	load="$load $!"
done
done_so_far() { cat "$W"/log.* | wc -l; }
for round in 1 2 3 4; do
	have=$(done_so_far)
	until_true 60 eval '[ $(done_so_far) -gt '$((have + 60))' ]' || die "the load does not get on"
	smbd_stop KILL
	smbd_start "$few"
done
have=$(done_so_far)
until_true 60 eval '[ $(done_so_far) -gt '$((have + 60))' ]' || die "the load does not go on"
touch "$W/stop"
for pid in $load; do wait $pid; done
note "$(done_so_far) files"
! grep -h error "$W"/log.* || die "callers noticed"
smb_unmnt
smbd_stop
