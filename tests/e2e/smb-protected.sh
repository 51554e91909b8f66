# SPDX-License-Identifier: GPL-2.0-only
# What is on the wire: with seal nothing can be read of what is written and read, with sign each message is signed; what is
# changed on the way is noticed. A server that demands either gets it.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
smbd_start '' '[sealed]
	path = /run/export
	read only = no
	server smb encrypt = required'
# proxy.py PORT LOG: hands everything on and writes it down; while LOG.change exists, it changes one byte of the next big message that comes back.
cat > "$W/proxy.py" <<- 'END'
	import os, socket, struct, sys, threading
	port, name = int(sys.argv[1]), sys.argv[2]
	log, lock = open(name, 'wb', buffering=0), threading.Lock()
	def pump(a, b, back):
	    try:
	        while head := a.recv(4, socket.MSG_WAITALL):
	            data = bytearray(a.recv(struct.unpack('>I', head)[0], socket.MSG_WAITALL))
	            with lock: log.write(data)
	            if back and len(data) > 50000 and os.path.exists(name + '.change'):
	                data[-100] ^= 1; os.unlink(name + '.change')
	            b.sendall(head + data)
	    except OSError: pass
	    for s in a, b:
	        try: s.shutdown(socket.SHUT_RDWR)
	        except OSError: pass
	l = socket.socket(); l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
	l.bind(('127.0.0.1', port)); l.listen(50)
	while True:
	    client, server = l.accept()[0], socket.create_connection(('127.0.0.1', 445))
	    for s in client, server: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
	    threading.Thread(target=pump, args=(client, server, False), daemon=True).start()
	    threading.Thread(target=pump, args=(server, client, True), daemon=True).start()
END
start() {	# LOG
	L=$W/$1
	python3 "$W/proxy.py" 4450 "$L" < /dev/null > "$W/proxy.log" 2>&1 &
	PROXY=$!
	server_wait $PROXY "$W/proxy.log" listens 4450
}
python3 -c 'print("a secret line of text that nobody shall see\n" * 5000, end="")' > "$W/text"
cp "$W/text" "$EXPORT/given"
# use LOG OPTIONS [SHARE]: write and read.
use() {
	start "$1"
	smb "port=4450,echo_interval=1$2" ${3:+"$3"}
	cp "$W/text" "$M/written"
	cmp "$W/text" "$EXPORT/written"
	cmp "$W/text" "$M/given"
	unmnt "$M" "//127.0.0.1/${3:-data}"
	server_stop $PROXY KILL
}
# change LOG OPTIONS: read while the wire changes something.
change() {
	start "$1"
	smb "port=4450,echo_interval=1$2"
	touch "$L.change"
	same=yes
	cmp "$W/text" "$M/given" > /dev/null 2>&1 || same=no
	[ ! -e "$L.change" ] || die "nothing was changed"
	rumpfs log "$M" > log
	unmnt "$M" "$SHARE"
	server_stop $PROXY KILL
}
seen() { grep -qa 'a secret line of text' "$L"; }
# Messages of the client with a session, and how many of them are signed (0x8 at 16; their number of the session is at 40).
signed() {
	python3 - "$L" <<- 'END'
		import re, struct, sys
		data, all, signed = open(sys.argv[1], 'rb').read(), 0, 0
		for m in re.finditer(rb'\xfeSMB\x40\0', data):
		    command, flags, session = (struct.unpack_from('<' + f, data, m.start() + o)[0] for f, o in (('H', 12), ('I', 16), ('Q', 40)))
		    if session and command in (5, 8, 9) and not flags & 1:	# create, read, write
		        all += 1; signed += bool(flags & 8)
		print(signed == all > 0 and 'all' or signed == 0 < all and 'none' or f'{signed} of {all}')
	END
}
for vers in 2.1 3.0 3.1.1; do
	use plain.$vers ",vers=$vers"
	seen || die "nothing seen of what is sent in the clear"
	is "$(signed)" none "plain, $vers"
	use sign.$vers ",vers=$vers,sign"
	seen || die "signed, but not seen"
	is "$(signed)" all "sign, $vers"
	[ $vers != 2.1 ] || continue
	use seal.$vers ",vers=$vers,seal"
	! seen || die "seal, $vers: seen in the clear"
	is "$(signed)" '0 of 0' "seal, $vers"	# not even what is done
done
change plain.changed ''
is "$same" no "plain, and changed on the way"
change sign.changed ,sign
has "$(cat log)" 'signature verification returned error'	# all that the driver does
change seal.changed ,seal
is "$same" yes "sealed: what was changed on the way was believed"
use demanded '' sealed
! seen || die "a share that demands it: seen in the clear"
fails 32 'refuses this user' smb vers=2.1 sealed
smbd_stop
smbd_start 'server signing = mandatory'
use mandatory ''
is "$(signed)" all "a server that demands it"
smbd_stop
