# SPDX-License-Identifier: GPL-2.0-only
# The cable is out for half a minute, under load: a hard mount loses nothing of what is read and written, a soft one gives up
# with an error, who is killed leaves at once; then all is as before.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT" "$W/soft"
peer_network
SMB_INTERFACES="lo rumpa" smbd_start
who=username=alice,password=secret-alice,echo_interval=2
in_peer mount -t rumpfs.smbfs -o "$who,hard" //10.9.8.1/data "$M"
in_peer mount -t rumpfs.smbfs -o "$who,soft,nosharesock" //10.9.8.1/DATA "$W/soft"
ls "$W/soft" > /dev/null
load_start
python3 - "$M/log" <<- 'END' &
	import os, sys, time
	fd, n = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), 0
	while not os.path.exists('stop'):
	    os.write(fd, b'%08d\n' % n); os.fsync(fd)
	    open('logged', 'w').write(str(n))
	    n += 1; time.sleep(0.02)
END
logger=$!
until_true 30 eval '[ -s logged ]' || die "the log does not begin"
peer_cut
cut=$SECONDS
cat "$M/f" > /dev/null 2>&1 &
caller=$!
for command in "cat $W/soft/f" "touch $W/soft/g"; do
	out=$(timeout 28 $command 2>&1 > /dev/null) && die "with the cable out: $command"
	has "$out" 'Host is down|temporarily unavailable'
	note "soft: $command: ${out##*: } ($((SECONDS - cut)) s after the cut)"
done
kill_callers reader $caller
load_lives
alive $logger || die "the log gave up"
until_true 60 eval '((SECONDS - cut >= 30))'
have=$(cat logged)
peer_mend
until_true 60 eval '[ "$(cat logged)" -gt '$((have + 20))' ]' || die "the log does not go on"
load_goes_on || die "the load does not go on"
load_end
wait $logger || die "the log failed"
is "$(cat "$EXPORT/log")" "$(seq -f '%08.0f' 0 "$(cat logged)")"
note "$(cat logged) lines"
until_true 30 eval 'timeout 10 cmp -s "$W/soft/f" "$EXPORT/f"' || die "the soft mount does not come back"
umount "$W/soft" && ended //10.9.8.1/DATA
unmnt "$M" //10.9.8.1/data
smbd_stop
peer_end
