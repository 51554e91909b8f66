# SPDX-License-Identifier: GPL-2.0-only
# A server that is gone: a mount fails in the driver's time with its reason, a soft mount gets errors, a call on
# a hard mount waits but leaves at once when it is killed, umount -l and -f end the mount.
# timeout: 200
own_network
need python3
mkdir "$EXPORT" "$W/soft"
S=127.0.0.1:/export
fails 32 'does not answer' mount -t rumpfs.nfs -o timeo=10,retrans=1 $S "$M"
nothing_left $S
# Reads FILE, and gets signals meanwhile, for which it has a handler.
cat > "$W/alarm.py" <<'END'
import signal, sys
signal.signal(signal.SIGALRM, lambda *unused: None)
signal.setitimer(signal.ITIMER_REAL, 0.5, 0.5)
open(sys.argv[1]).read()
END
got_alarm() { grep -q '^ShdPnd:.*2...$' "/proc/$1/status"; }
random "$EXPORT/f1" 100000
random "$EXPORT/f2" 100000
for v in 4.1 3; do
	ganesha_start
	mount -t rumpfs.nfs -o vers=$v $S "$M"
	mount -t rumpfs.nfs -o vers=$v,soft,timeo=10,retrans=1 $S "$W/soft"
	ganesha_stop KILL
	python3 "$W/alarm.py" "$M/f1" 2> "$W/alarm.err" &
	alarmed=$!
	callers=
	for command in "cat $M/f1" "ls $M" "touch $M/new" "rm $M/f2"; do
		$command > /dev/null 2>&1 &
		callers="$callers $!"
	done
	fails 1 'Input/output|timed out' timeout 60 cat "$W/soft/f2"
	for caller in $callers; do alive "$caller" || die "NFS $v: a hard mount gave up"; done
	# A signal that has a handler does not end a call on a hard mount.
	until_true 20 got_alarm $alarmed || { cat "$W/alarm.err"; die "NFS $v: no signal came while the call waited"; }
	alive $alarmed || { cat "$W/alarm.err"; die "NFS $v: a handled signal ended a call"; }
	# Its log can be read, and it is seen that it waits.
	has "$(rumpfs log "$M")" 'RPC: Registered tcp transport'
	has "$(rumpfs status "$M")" "^$M .* nfs +waits +[0-9]+ .* +[1-9][0-9]* +0  nfs"
	kill_callers "NFS $v, its server dead" $callers $alarmed
	timeout 60 umount -l "$M" "$W/soft"
	until_true 60 no_daemon $S || die "the daemons do not end"
	not_mounted "$M" || die "still mounted"
	not_mounted "$W/soft" || die "still mounted"
done

# A process that a signal has ended leaves too, though its file is closed only then. By force: what waits for the server is given up.
cat > "$W/writer.py" <<'END'
import os, sys, time
os.write(os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY), b'data')
open(sys.argv[2], 'w').close()
time.sleep(1000)
END
ganesha_start
mount -t rumpfs.nfs -o vers=4.2 $S "$M"
python3 "$W/writer.py" "$M/new" "$W/wrote" &
writer=$!
until_true 20 eval '[ -e "$W/wrote" ]'
ganesha_stop KILL
kill -TERM $writer
until_true 5 eval '! alive $writer' || die "ended by a signal, and waits for what it had written"
timeout 60 umount -f "$M" > "$W/out" 2>&1 || true
not_mounted "$M" || { cat "$W/out"; die "umount -f leaves it mounted"; }
until_true 60 no_daemon $S || die "the daemon does not end"

# SIGTERM to the daemon, as at the end of the system: what its server does not take does not keep it, nor those who are killed.
ganesha_start
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v,actimeo=0 $S "$M"
	echo data > "$M/new"
	kill -STOP "$GANESHA"
	ls "$M" > /dev/null 2>&1 &
	caller=$!
	kill -TERM "$(keeper_of $S)"
	kill_callers "while the daemon ends" $caller
	until_true 60 not_mounted "$M" || die "NFS $v: SIGTERM, and still mounted"
	until_true 90 no_daemon $S || die "NFS $v: SIGTERM, and the daemon does not end"
	kill -CONT "$GANESHA"
done
nfs_stop
