# SPDX-License-Identifier: GPL-2.0-only
# Servers that take the connection and say nothing, at whatever step, that hang up, or are not there: mounting ends, in the
# driver's time, with a line that says why.
# timeout: 120
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
peer_network
# mute.py PORT ANSWERS END: hands on that many answers of the server, then says nothing, or hangs up.
cat > "$W/mute.py" <<- 'END'
	import sys, threading
	from proxy import accept, connect, message
	port, answers, end = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
	def serve(client):
	    server = connect(445)
	    for _ in range(answers):
	        server.sendall(b''.join(message(client)))
	        client.sendall(b''.join(message(server)))
	    if end == 'close':
	        if answers: message(client)
	        client.close()
	    else:
	        while client.recv(65536): pass
	for client in accept(port): threading.Thread(target=serve, args=[client], daemon=True).start()
END
# try NAME SOURCE OPTIONS: all at a time, what they do is wait.
try() {
	local dir=$W/at.$1 turns=0 status=0 mount
	mkdir "$dir"
	mount -t rumpfs.smbfs -o "username=alice,password=secret-alice,$3" "$2" "$dir" > "$W/$1.out" 2>&1 &
	mount=$!
	# A machine that stood still has not waited.
	while alive $mount; do sleep 0.2; turns=$((turns + 1)); done
	wait $mount || status=$?
	sed -i '/still mounting/d' "$W/$1.out"
	echo "$status $((turns / 5)) $(tail -n 1 "$W/$1.out")" > "$W/$1.result"
}
# It took the driver's time, and what a busy machine adds to that (1 s where eight processes want the CPUs).
ends() {	# NAME DRIVER'S-SECONDS REASON
	local status took line
	read -r status took line < "$W/$1.result"
	is "$status" 32 "$1: $line"
	has "$line" "mounting failed: $3"
	((took >= $2 && took <= $2 + 5)) || die "$1: after $took s"
	not_mounted "$W/at.$1" || die "$1: mounted"
	note "$1: after $took s: ${line##*mounting failed: }"
}
port=500
for answers in 0 1 2 3; do	# to the versions, the login, the password, the connection to IPC$
	for end in mute close; do
		port=$((port + 1))
		python3 "$W/mute.py" $port $answers $end < /dev/null > "$W/proxy.log" 2>&1 &
		proxies+=($!)
		server_wait $! "$W/proxy.log" listens $port
		try $end$answers "$SHARE" "port=$port,echo_interval=1" &
		tries+=($!)
	done
done
# An address behind which there is nobody, and no "no" comes from it.
ip neigh add 10.9.8.3 lladdr 02:00:00:00:00:03 dev rumpa
try nobody //10.9.8.3/data echo_interval=1 &
tries+=($!)
try unreachable //10.10.10.10/data echo_interval=1 &
tries+=($!)
try refused "$SHARE" port=499 &
tries+=($!)
for p in "${tries[@]}"; do wait "$p"; done
ends refused 0 'the server does not answer: Connection refused'
ends unreachable 0 'the server does not answer: Network is unreachable'
ends nobody 9 'the server does not answer: Connection timed out'	# two tries of 5 s
ends mute0 19 'the server does not answer.*: Host is down'		# 20 s, looked at every 7
for answers in 1 2; do						# 3 s: login.c
	ends mute$answers 2 'the server does not answer: '
done
ends mute3 6 'the server does not answer: '			# 3 s, looked at every 7
ends close0 0 'the server does not answer.*: Host is down'
for answers in 1 2 3; do
	ends close$answers 0 'the server does not answer: '
done
has "$(cat "$W/mute1.out")" 'has not responded to the login in 3 seconds'
ended "$SHARE"
ended //10.9.8.3/data
# Who does not want to wait interrupts.
python3 "$W/mute.py" 520 1 mute < /dev/null > "$W/proxy.log" 2>&1 &
proxies+=($!)
server_wait $! "$W/proxy.log" listens 520
mount -t rumpfs.smbfs -o username=alice,password=secret-alice,port=520 "$SHARE" "$M" > "$W/out" 2>&1 &
mount=$!
until_true 10 eval '[ -n "$(worker_of "$SHARE")" ]'
kill -INT "$(pgrep -P $mount mount.rumpfs || echo $mount)"
wait $mount && die "mounted"
has "$(cat "$W/out")" 'interrupted; nothing is mounted'
nothing_left "$SHARE"
for p in "${proxies[@]}"; do server_stop "$p" KILL; done
smbd_stop
peer_end
