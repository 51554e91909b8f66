# SPDX-License-Identifier: GPL-2.0-only
# A server that is killed and comes again under load, by each version: a hard mount goes on and loses nothing, a
# lock is held again. Without a server a mount fails in the driver's time with its reason, a soft mount gets
# errors, a killed caller leaves at once, umount -l and -f end the mount.
# timeout: 300
own_network
need python3
mkdir "$EXPORT"
S=127.0.0.1:/export
# A client that lost its connection waits three seconds before it tries again.
serve() { ganesha_start "$EXPORT" 'Grace_Period = 8; Lease_Lifetime = 4;'; }
fails 32 'does not answer' mount -t rumpfs.nfs -o timeo=10,retrans=1 $S "$M"
nothing_left $S
random "$W/data" 8000000
serve
for v in 4.2 4.0 3; do
	mount -t rumpfs.nfs -o vers=$v $S "$M"
	echo locked > "$M/lock"
	if [ $v != 3 ]; then
		python3 -c 'import fcntl, sys, time
f = open(sys.argv[1], "r+")
fcntl.lockf(f, fcntl.LOCK_EX)
open(sys.argv[2], "w")
time.sleep(1000)' "$M/lock" "$W/locked" &
		holder=$!
		until_true 60 test -e "$W/locked"
	fi
	(for i in 1 2 3 4 5 6; do cp "$W/data" "$M/f$i" && cmp "$W/data" "$M/f$i" || exit 1; done) &
	load=$!
	until_true 60 test -e "$EXPORT/f2"
	ganesha_stop KILL
	serve
	wait $load || die "NFS $v: the load failed"
	for i in 1 2 3 4 5 6; do cmp "$W/data" "$EXPORT/f$i"; done
	if [ $v != 3 ]; then
		mkdir -p "$W/other"
		mount -t rumpfs.nfs -o vers=$v $S "$W/other"
		fails 1 'BlockingIOError' python3 -c 'import fcntl, sys
fcntl.lockf(open(sys.argv[1], "r+"), fcntl.LOCK_EX | fcntl.LOCK_NB)' "$W/other/lock"
		kill -KILL $holder
		wait $holder 2> /dev/null || true
		umount "$W/other"
		rm "$W/locked"
	fi
	umount "$M"
	ended $S
	rm "$EXPORT"/*
done

# Nobody there.
cp "$W/data" "$EXPORT/f1"
cp "$W/data" "$EXPORT/f2"
mkdir "$W/soft"
for v in 4.1 3; do
	mount -t rumpfs.nfs -o vers=$v $S "$M"
	mount -t rumpfs.nfs -o vers=$v,soft,timeo=10,retrans=1 $S "$W/soft"
	ganesha_stop KILL
	for command in "cat $M/f1" "ls $M" "touch $M/new" "rm $M/f2"; do
		$command > /dev/null 2>&1 &
		caller=$!
		sleep 0.5
		alive $caller || die "NFS $v: a hard mount gave up: $command"
		kill -KILL $caller
		until_true 5 eval "! alive $caller" || die "NFS $v: a killed \"$command\" waits for the server"
		wait $caller 2> /dev/null || true
	done
	fails 1 'Input/output|timed out' timeout 60 cat "$W/soft/f2"
	timeout 20 umount -l "$M" "$W/soft"
	until_true 60 no_daemon $S || die "the daemons do not end"
	not_mounted "$M" || die "still mounted"
	not_mounted "$W/soft" || die "still mounted"
	serve
done

# By force: what waits for the server is given up.
mount -t rumpfs.nfs -o vers=4.2 $S "$M"
ganesha_stop KILL
timeout 60 umount -f "$M" > "$W/out" 2>&1 || true
not_mounted "$M" || { cat "$W/out"; die "umount -f leaves it mounted"; }
until_true 60 no_daemon $S || die "the daemon does not end"
nfs_stop
