# SPDX-License-Identifier: GPL-2.0-only
# A server that is killed and comes again under load, by all versions at once: hard mounts go on and lose
# nothing, locks are held again if the server remembers its clients; if it does not, who held one is told.
# timeout: 240
own_network
need python3
mkdir "$EXPORT"
S=127.0.0.1:/export
# Holds a lock on FILE. When ASK appears it writes "yes" to the file, and to ASK.answer what became of it.
cat > "$W/hold.py" <<'END'
import fcntl, os, sys, time
file, ask = sys.argv[1:]
fd = os.open(file, os.O_RDWR)
fcntl.lockf(fd, fcntl.LOCK_EX)
open(ask + '.held', 'w')
while True:
    while not os.path.exists(ask):
        time.sleep(0.05)
    os.unlink(ask)
    try:
        os.pwrite(fd, b'yes', 0)
        os.fsync(fd)
        answer = 'written'
    except OSError as e:
        answer = os.strerror(e.errno)
    with open(ask + '.new', 'w') as f:
        f.write(answer)
    os.rename(ask + '.new', ask + '.answer')
END
cat > "$W/try.py" <<'END'
import fcntl, sys
try:
    fcntl.lockf(open(sys.argv[1], 'r+'), fcntl.LOCK_EX | fcntl.LOCK_NB)
    print('free')
except BlockingIOError:
    print('held')
END
# ask VERSION: whether who holds the lock can still write.
ask() {
	rm -f "$W/ask$1.answer"
	touch "$W/ask$1"
	until_true 60 test -e "$W/ask$1.answer" || die "NFS $1: who held the lock hangs"
	cat "$W/ask$1.answer"
}
# load VERSION: as long as the server is away, and a bit longer. Not cp, which makes files by O_EXCL: this server makes one and then notes who
# wanted it, and if it is killed in between says to him, who asks again, that there is one (1 run in 50 beside others).
load() {
	local i=0 more=2
	while [ ! -e "$W/back" ] || [ $((more--)) -gt 0 ]; do
		i=$((i % 8 + 1))
		cat "$W/data" > "$W/m$1/$1/f$i"
		cmp "$W/data" "$W/m$1/$1/f$i"
		touch "$W/busy$1"
	done
}
# restart CONFIGURATION ANSWER [FORGET]: what who holds a lock says when the server is there again
restart() {
	local v f loads=
	rm -f "$W/back" "$W"/busy*
	for v in 4.2 4.1 4.0 3; do
		load $v &
		loads="$loads $!"
	done
	for v in 4.2 4.1 4.0 3; do until_true 60 test -e "$W/busy$v"; done
	ganesha_stop KILL
	[ -z "${3:-}" ] || rm -r "$W/ganesha/v4recov"
	serve "$1"
	# That he writes also tells the driver that the server is another. By NFS 4.0 it would not hear of that as long as it tries
	# what the server does not do during grace (SETATTR), until it renews its lease, by when grace may be over.
	for v in 4.2 4.1 4.0; do is "$(ask $v)" "$2" "NFS $v"; done
	touch "$W/back"
	for v in $loads; do wait "$v" || die "a load failed"; done
	for v in 4.2 4.1 4.0 3; do
		[ -e "$EXPORT/$v/f1" ] || die "NFS $v: nothing on the server"
		for f in "$EXPORT/$v"/f*; do cmp "$W/data" "$f"; done
	done
}
# The driver renews a lease after two thirds of it, and no sooner than after five seconds; the server counts in whole
# seconds, so that a lease of six ended at the pulse of an idle client, and with it his locks. This one outlasts the test.
# The driver tries to connect at once, 6 and 18 seconds later; it is refused while the server is away. The server looks every
# ten seconds whether the grace period is over: it lasts 20, time enough to come in and to claim.
serve() { ganesha_start "$EXPORT" "Lease_Lifetime = 60; $1"; }

random "$W/data" 4000000
serve "Graceless = true;"
holders=
for v in 4.2 4.1 4.0 3; do
	mkdir "$W/m$v"
	mount -t rumpfs.nfs -o vers=$v $S "$W/m$v"
	mkdir "$W/m$v/$v"
done
for v in 4.2 4.1 4.0; do
	echo no > "$W/m$v/lock$v"
	python3 "$W/hold.py" "$W/m$v/lock$v" "$W/ask$v" &
	holders="$holders $!"
	until_true 60 test -e "$W/ask$v.held"
done

restart 'Grace_Period = 15;' written
for v in 4.2:4.1 4.1:4.0 4.0:4.2; do
	is "$(cat "$EXPORT/lock${v%:*}")" yes "NFS ${v%:*}"
	is "$(python3 "$W/try.py" "$W/m${v#*:}/lock${v%:*}")" held "NFS ${v%:*}"
	is "$(ask ${v%:*})" written "NFS ${v%:*}"
done

# A server that has forgotten who its clients were grants nothing again. Others may have had the lock
# meanwhile, so who held it may not write any more.
restart 'Graceless = true;' 'Input/output error' forget
for v in 4.2:4.1 4.1:4.0 4.0:4.2; do
	is "$(ask ${v%:*})" 'Input/output error' "NFS ${v%:*}"
	is "$(python3 "$W/try.py" "$W/m${v#*:}/lock${v%:*}")" free "NFS ${v%:*}"
done

for v in $holders; do
	kill -KILL "$v"
	wait "$v" 2> /dev/null || true
done
for v in 4.2 4.1 4.0 3; do umount "$W/m$v"; done
ended $S
nfs_stop
