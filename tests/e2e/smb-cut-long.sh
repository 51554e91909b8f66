# SPDX-License-Identifier: GPL-2.0-only
# The cable is out for half a minute, under load: a hard mount loses nothing of what is read and written, a soft one gives up
# with an error, who is killed leaves at once; then all is as before.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/soft"
random "$EXPORT/f" 30000000
random "$W/data" 5000000
peer_network
SMB_INTERFACES="lo rumpa" smbd_start
who=username=alice,password=secret-alice,echo_interval=2
in_peer mount -t rumpfs.smbfs -o "$who,hard" //10.9.8.1/data "$M"
in_peer mount -t rumpfs.smbfs -o "$who,soft,nosharesock" //10.9.8.1/DATA "$W/soft"
ls "$W/soft" > /dev/null
# Loads that are under way before, and still are afterwards.
(while dd if="$M/f" of="$W/copy" bs=64k iflag=direct 2> /dev/null && cmp "$W/copy" "$EXPORT/f" && echo >> reads && [ ! -e stop ]; do :; done) &
reader=$!
(i=0; while cp "$W/data" "$M/new.$i" && sync -f "$M/new.$i" && echo $i >> writes && [ ! -e stop ]; do i=$(((i + 1) % 5)); done) &
writer=$!
python3 - "$M/log" <<- 'END' &
	import os, sys, time
	fd, n = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), 0
	while not os.path.exists('stop'):
	    os.write(fd, b'%08d\n' % n); os.fsync(fd)
	    open('logged', 'w').write(str(n))
	    n += 1; time.sleep(0.02)
END
logger=$!
until_true 30 eval '[ -s reads ] && [ -s writes ] && [ -s logged ]' || die "the load does not begin"
peer_cut
cut=$SECONDS
cat "$M/f" > /dev/null 2>&1 &
killed=$!
for command in "cat $W/soft/f" "touch $W/soft/g"; do
	out=$(timeout 28 $command 2>&1 > /dev/null) && die "with the cable out: $command"
	has "$out" 'Host is down|temporarily unavailable'
	note "soft: $command: ${out##*: } ($((SECONDS - cut)) s after the cut)"
done
kill -KILL $killed
until_true 5 eval "! alive $killed || grep -q '^State:.Z' /proc/$killed/status" || die "a killed reader does not leave"
wait $killed || true
for p in $reader $writer $logger; do alive $p || die "a load on the hard mount gave up"; done
until_true 60 eval '((SECONDS - cut >= 30))'
have=$(cat logged)
peer_mend
until_true 60 eval '[ "$(cat logged)" -gt '$((have + 20))' ]' || die "the log does not go on"
touch stop
for p in $reader $writer $logger; do wait $p || die "a load failed"; done
for f in "$EXPORT"/new.*; do cmp "$W/data" "$f"; done
is "$(cat "$EXPORT/log")" "$(seq -f '%08.0f' 0 "$(cat logged)")"
note "$(wc -l < reads) reads, $(wc -l < writes) writes, $(cat logged) lines"
until_true 30 eval 'timeout 10 cmp -s "$W/soft/f" "$EXPORT/f"' || die "the soft mount does not come back"
umount "$W/soft" && ended //10.9.8.1/DATA
unmnt "$M" //10.9.8.1/data
smbd_stop
peer_end
