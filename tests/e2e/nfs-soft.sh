# SPDX-License-Identifier: GPL-2.0-only
# Soft mounts and a server that answers without sense, hangs up at every call, or, by NFS 3, sends noise, records of impossible
# lengths, or nothing: each call ends by itself, with an error, in the driver's time; when the server is itself again the mount goes
# on. By NFS 4 a call waits for a silent server as long as there is the connection.
# timeout: 300
own_network
need python3 ss
mkdir "$EXPORT"
# Port 2050, before the server: what becomes of its answers the file says.
cat > "$W/between" <<- 'END'
	import random, struct, sys
	from proxy import accept, both_ways, connect, hand_on, message
	random.seed(int(sys.argv[2]))
	def answers(server, client):
	    good = True		# so far: what comes behind nonsense is none either
	    while True:
	        head, body = message(server)
	        how = open(sys.argv[1]).read().strip()
	        if how == 'good' and not good: return
	        good = how == 'good'
	        if how == 'mute': continue
	        if how == 'noise': body = random.randbytes(len(body))
	        if how == 'lengths': head = struct.pack('>I', random.choice((1 << 31, 1 << 31 | 3, 0x7fffffff, 0xffffffff, 5)))
	        if how == 'senseless': body = body[:24] + random.randbytes(len(body) - 24)	# to that call, and accepted
	        if how == 'hangs-up': return
	        client.sendall(head + body)
	for client in accept(2050): both_ways(client, connect(2049), hand_on, answers)
END
ganesha_start
mkdir "$EXPORT/dir"
random "$EXPORT/data" 300000
between_start() {
	python3 "$W/between" "$W/how" 1 < /dev/null > "$W/server.log" 2>&1 &
	BETWEEN=$!
	server_wait $BETWEEN "$W/server.log" listens 2050
}
call() {
	local command
	callers=
	for command in "ls -l $M/dir" "cat $M/data" "mkdir $M/dir/$how" "rm $M/dir/nothing" "touch $M/dir/new.$how"; do
		(timeout 60 $command > /dev/null 2> "$W/err${command%% *}") &
		callers="$callers $!"
	done
}
# Each has ended by itself, with an error.
gave_up() {
	local caller status start=$SECONDS
	for caller in $callers; do
		status=0
		wait "$caller" || status=$?
		[ "$status" = 1 ] || [ "$status" = 2 ] || die "NFS $v, $how: exit status $status: $(cat "$W"/err*)"
	done
	note "NFS $v, $how: $((SECONDS - start)) s"
}
well() { until_true 60 eval 'cmp -s "$M/data" "$EXPORT/data"' || die "NFS $v, $how: the mount does not go on"; }

# Two tries of a second each for a call of the driver, of which one of a program may be several.
for v in 4.2 4.0 3; do
	echo good > "$W/how"
	between_start
	mount -t rumpfs.nfs -o "vers=$v,port=2050,mountport=4046,soft,timeo=10,retrans=1,actimeo=0" 127.0.0.1:/export "$M"
	how=good
	well
	[ $v = 3 ] && more="mute noise lengths" || more=
	for how in senseless hangs-up $more; do
		echo $how > "$W/how"
		call
		gave_up
		echo good > "$W/how"
		well
	done
	if [ $v = 3 ]; then
		# Much data, of which each piece has its own time: who writes hears of the first, and fsync says it too.
		how=mute
		cat > "$W/much.py" <<- 'END'
			import os, sys, time
			f = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
			os.write(f, bytes(1 << 20))
			os.fsync(f)
			open(sys.argv[2], 'w').write('mute\n')
			start, done = time.monotonic(), 0
			try:
			    while done < 200: done += os.write(f, bytes(1 << 20)) >> 20
			except OSError: pass
			try:
			    os.fsync(f)
			    sys.exit('fsync succeeded')
			except OSError: print(f'{done} MiB written, the error after {time.monotonic() - start:.0f} s')
			if done > 40: sys.exit(f'{done} MiB were taken')
		END
		said=$(python3 "$W/much.py" "$M/much" "$W/how") || die "NFS 3: much data for a silent server: $said"
		note "NFS 3, mute: $said"
		echo good > "$W/how"
		well
		rm "$M/much"
	fi
	if [ $v != 3 ]; then
		# A call of NFS 4 that was sent the driver gives up only when the connection is lost and does not come again.
		how=mute
		echo $how > "$W/how"
		call
		sleep 4		# the length of the silence, longer than NFS 3 waits for one answer
		for caller in $callers; do alive "$caller" || die "NFS $v: gave up while the connection lived"; done
		server_stop $BETWEEN KILL
		gave_up
		echo good > "$W/how"
		between_start
		well
	fi
	umount "$M"
	server_stop $BETWEEN KILL
	rm -rf "$EXPORT/dir"/*
done
nfs_stop
