# SPDX-License-Identifier: GPL-2.0-only
# A server that talks nonsense: mounting fails with a reason, and nothing is left.
# timeout: 180
own_network
smb_needs
cat > "$W/server" <<- 'END'
	import os, random, struct, sys
	from proxy import accept, framed, message
	random.seed(int(sys.argv[1]))
	for c in accept(445):
	    try:
	        c.settimeout(5)
	        request = message(c)[1]
	        kind = random.randrange(6)
	        if kind == 0: c.sendall(os.urandom(5000))
	        elif kind == 1: c.sendall(struct.pack('>I', 0xffffff) + os.urandom(100000))
	        elif kind == 2: c.sendall(framed(request))	# an echo
	        elif kind == 3:		# the right head and noise behind it
	            reply = bytearray(request[:64] + os.urandom(random.randrange(300)))
	            reply[8:12] = b'\0\0\0\0'; reply[16] |= 1
	            c.sendall(framed(reply))
	        elif kind == 4:		# like a negotiation, with lengths and offsets of nowhere
	            reply = bytearray(request[:64]); reply[8:12] = b'\0\0\0\0'; reply[16] |= 1
	            body = bytearray(struct.pack('<HHHH', 65, 1, 0x0311, random.randrange(65536)) + os.urandom(120))
	            body[56:60] = struct.pack('<HH', random.randrange(65536), random.randrange(65536))
	            c.sendall(framed(reply + body))
	    except (OSError, IndexError): pass
	    c.close()
END
for seed in $(seq $((FULL ? 20 : 6))); do
	python3 "$W/server" "$seed" < /dev/null > "$W/server.log" 2>&1 &
	server=$!
	server_wait $server "$W/server.log" listens 445
	status=0
	timeout 120 mount -t rumpfs.smbfs -o guest "$SHARE" "$M" > "$W/out" 2>&1 || status=$?
	is "$status" 32 "seed $seed: $(cat "$W/out")"
	grep -q 'mounting failed: .' "$W/out" || { cat "$W/out"; die "no reason, seed $seed"; }
	nothing_left "$SHARE"
	server_stop $server KILL
done
