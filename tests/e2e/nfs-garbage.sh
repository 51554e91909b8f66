# SPDX-License-Identifier: GPL-2.0-only
# A server that talks nonsense: mounting fails with a reason and leaves nothing; and one that begins to when it is mounted, by
# each version: who calls can be
# killed, and the mount taken off; at worst the daemon ends.
# timeout: 300
own_network
need python3
mkdir "$EXPORT"
cat > "$W/nonsense" <<- 'END'
	import os, random, struct, sys
	from proxy import accept, message
	random.seed(int(sys.argv[1]))
	for c in accept(2050):
	    try:
	        c.settimeout(5)
	        call = message(c)[1]
	        kind = random.randrange(5)
	        if kind == 0: reply = os.urandom(5000)
	        elif kind == 1: reply = struct.pack('>I', 0xffffffff) + os.urandom(100000)	# a record of 2 GiB
	        elif kind == 2: reply = struct.pack('>I', 1 << 31 | len(call)) + call	# an echo
	        else:			# the right number and noise behind it, as if accepted or not
	            reply = call[:4] + struct.pack('>I', 1)
	            if kind == 3: reply += struct.pack('>IIIII', 0, 0, 0, 0, random.choice((0, 10018, 10001)))
	            reply += os.urandom(random.randrange(1, 400))
	            reply = struct.pack('>I', 1 << 31 | len(reply)) + reply
	        c.sendall(reply)
	    except OSError: pass
	    c.close()
END
for seed in $(seq $((FULL ? 10 : 4))); do
	python3 "$W/nonsense" "$seed" < /dev/null > "$W/server.log" 2>&1 &
	server=$!
	server_wait $server "$W/server.log" listens 2050
	for v in 4.2 3; do
		status=0
		timeout 120 mount -t rumpfs.nfs -o "vers=$v,port=2050,mountport=2050,soft,timeo=5,retrans=1" \
			127.0.0.1:/export "$M" > "$W/out" 2>&1 || status=$?
		is "$status" 32 "seed $seed, NFS $v: $(cat "$W/out")"
		grep -q 'mounting failed: .' "$W/out" || { cat "$W/out"; die "no reason, seed $seed"; }
		nothing_left 127.0.0.1:/export
	done
	server_stop $server KILL
done

# Between us and a good server: from a while after the start on, replies lose, gain or change bytes.
cat > "$W/between" <<- 'END'
	import os, random, struct, sys
	from proxy import accept, both_ways, connect, hand_on
	random.seed(int(sys.argv[1]))
	def spoil(server, client):
	    while data := server.recv(65536):
	        if os.path.exists(sys.argv[2]) and random.random() < 0.5:
	            data = bytearray(data)
	            for _ in range(random.randrange(1, 6)):
	                at = random.randrange(len(data))
	                how = random.randrange(6)
	                if how == 0: del data[at:at + 4]
	                elif how == 1: data[at:at] = os.urandom(4)
	                else:			# what is there and wrong, rather in the heads than in data
	                    at = min(at, random.randrange(16, 300)) & ~3
	                    data[at:at + 4] = struct.pack('>I', random.choice((0, 1, 7, 0xffffffff, 0x7fffffff, random.getrandbits(32), 1 << random.randrange(32))))
	        client.sendall(data)
	for client in accept(2050): both_ways(client, connect(2049), hand_on, spoil)
END
ganesha_start
mkdir "$EXPORT/dir"
for i in {1..300}; do echo $i > "$EXPORT/dir/file $i"; done
random "$EXPORT/data" 3000000
ln -s nowhere "$EXPORT/link"
for seed in $(seq $((FULL ? 2 : 1))); do
	for v in 4.2 4.0 3; do
		rm -f "$W/spoil"
		python3 "$W/between" "$seed" "$W/spoil" < /dev/null > "$W/server.log" 2>&1 &
		server=$!
		server_wait $server "$W/server.log" listens 2050
		mount -t rumpfs.nfs -o "vers=$v,port=2050,mountport=4046,soft,timeo=5,retrans=1,actimeo=0" 127.0.0.1:/export "$M"
		cmp "$M/data" "$EXPORT/data"
		touch "$W/spoil"
		callers=
		for command in "ls -lR $M" "cat $M/data" "cat $M/dir/*" "readlink $M/link" "cp $EXPORT/data $M/new" "stat -f $M" \
			"mv $M/data $M/dir" "getfattr -d -m - $M/link" "rm -f $M/dir/file*"; do
			sh -c "exec $command" > /dev/null 2>&1 &
			callers="$callers $!"
		done
		until_true 10 eval "! kill -0 $callers 2> /dev/null" || true
		kill_callers "seed $seed, NFS $v" $callers
		# What is left to say is said in vain. A mount whose daemon has ended is detached already.
		timeout 60 umount -f "$M" > "$W/out" 2>&1 || true
		not_mounted "$M" || umount -l "$M"
		until_true 60 no_daemon 127.0.0.1:/export || die "seed $seed, NFS $v: the daemon does not end"
		server_stop $server KILL
		mv "$EXPORT/dir/data" "$EXPORT/data" 2> /dev/null || random "$EXPORT/data" 3000000
	done
done
nfs_stop
