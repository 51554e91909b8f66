# SPDX-License-Identifier: GPL-2.0-only
# Clients that are away for longer than their lease, as a computer that sleeps: another gets their locks, and who held
# one is told; files can be opened and made again, at once. One of them (e) hears that its lease has expired, which nfs-ganesha says between
# the end of the lease and its next look at all clients; a proxy makes sure of it.
# timeout: 200
own_network
need python3 ss
cat > "$W/expired.py" <<'END'
# Port 2050: before the server, says NFS4ERR_EXPIRED where that says NFS4ERR_BADSESSION of SEQUENCE. Prints that, and
# whether the server, which has no grace period, refuses something by NFS4ERR_GRACE.
import socket, struct, threading
def exactly(s, n):
    data = s.recv(n, socket.MSG_WAITALL)
    if len(data) < n:
        raise OSError
    return data
def answers(server, client):
    try:
        while True:
            head = exactly(server, 4)
            data = bytearray(exactly(server, struct.unpack('>I', head)[0] & 0x7fffffff))
            # xid, reply, accepted, verifier (0, 0), success; status, tag (0), one result: SEQUENCE, status
            if struct.unpack_from('>11I', data + bytes(44))[1:] == (1, 0, 0, 0, 0, 10052, 0, 1, 53, 10052):
                struct.pack_into('>I', data, 24, 10011)
                struct.pack_into('>I', data, 40, 10011)
                print('expired', flush=True)
            if data[24:28] == struct.pack('>I', 10013):
                print('grace', flush=True)
            client.sendall(head + data)
    except OSError:
        client.close()
def calls(client, server):
    try:
        while data := client.recv(65536):
            server.sendall(data)
        server.shutdown(socket.SHUT_RDWR)
    except OSError:
        server.close()
l = socket.create_server(('127.0.0.1', 2050))
while True:
    client, _ = l.accept()
    server = socket.create_connection(('127.0.0.1', 2049))
    threading.Thread(target=answers, args=(server, client), daemon=True).start()
    threading.Thread(target=calls, args=(client, server), daemon=True).start()
END
cat > "$W/hold.py" <<'END'
import fcntl, os, sys, time
file, ready, go = sys.argv[1:]
fd = os.open(file, os.O_RDWR)
fcntl.lockf(fd, fcntl.LOCK_EX)
open(ready, 'w')
while not os.path.exists(go):
    time.sleep(0.05)
try:
    os.pwrite(fd, b'yes', 0)
    os.fsync(fd)
    print('written')
except OSError as e:
    print(os.strerror(e.errno))
END
mkdir "$EXPORT"
ganesha_start "$EXPORT" 'Lease_Lifetime = 10; Graceless = true;'
python3 "$W/expired.py" < /dev/null > "$W/expired" 2>&1 &
PROXY=$!
server_wait "$PROXY" "$W/expired" listens 2050
S=127.0.0.1:/export
for v in e:4.2,port=2050 4.2:4.2 4.1:4.1 4.0:4.0; do
	m=${v%%:*}
	mkdir "$W/m$m"
	mount -t rumpfs.nfs -o "vers=${v#*:}" $S "$W/m$m"
	echo no > "$W/m$m/lock$m"
	python3 "$W/hold.py" "$W/m$m/lock$m" "$W/held$m" "$W/go" > "$W/answer$m" 2>&1 &
	declare "holder_${m/./_}=$!"
	until_true 60 test -e "$W/held$m"
done
known() { ls "$W/ganesha/v4recov/node0"; }
until_true 30 eval '[ "$(known | wc -l)" = 4 ]' || die "the server knows $(known)"
asleep=$(worker_of $S)
kill -STOP $asleep
until_true 60 eval '[ -z "$(known)" ]' || die "the server still knows $(known)"
mount -t rumpfs.nfs -o vers=4.2 $S "$M"
for m in e 4.2 4.1 4.0; do
	python3 - "$M/lock$m" <<- 'END' || die "$m: the lock is not free"
		import fcntl, sys
		f = open(sys.argv[1], 'r+')
		fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB)
		f.write('others')
	END
done
kill -CONT $asleep
touch "$W/go"
for m in e 4.2 4.1 4.0; do
	holder=holder_${m/./_}
	until_true 60 eval "! alive ${!holder}" || die "$m: who held the lock hangs"
	wait "${!holder}" || die "$m: $(cat "$W/answer$m")"
	is "$(cat "$W/answer$m")" 'Input/output error' "$m: the lock was another's meanwhile"
	is "$(timeout 60 cat "$W/m$m/lock$m")" others "$m"
	echo new | timeout 60 tee "$W/m$m/new$m" > /dev/null || die "$m: no file can be made any more"
	is "$(cat "$EXPORT/new$m")" new "$m"
done
# Not even for a while, until the next lease expires and is noticed otherwise.
has "$(cat "$W/expired")" '^expired$'
has_not "$(cat "$W/expired")" '^grace$'
for m in e 4.2 4.1 4.0; do umount "$W/m$m"; done
umount "$M"
ended $S
server_stop "$PROXY"
nfs_stop
