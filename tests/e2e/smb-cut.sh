# SPDX-License-Identifier: GPL-2.0-only
# The cable is out for some seconds: a copy waits and goes on; while it is out a killed caller leaves and umount -f and -l work.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
random "$EXPORT/f" 30000000
peer_network
SMB_INTERFACES="lo rumpa" smbd_start
in_peer mount -t rumpfs.smbfs -o username=alice,password=secret-alice,hard,echo_interval=1 //10.9.8.1/data "$M"
S=//10.9.8.1/data
for round in 1 2; do
	dd if="$M/f" of="$W/copy" bs=64k iflag=direct 2> /dev/null &
	copy=$!
	until_true 30 eval '[ "$(stat -c %s "$W/copy" 2> /dev/null || echo 0)" -gt 1000000 ]'
	peer_cut
	sleep 4		# the length of the trouble, not a wait for something
	peer_mend
	wait $copy || die "the copy failed"
	cmp "$W/copy" "$EXPORT/f"
	rm "$W/copy"
done
peer_cut
cat "$M/f" > /dev/null &
reader=$!
until_true 10 grep -q '' "/proc/$reader/stat"
kill_callers reader $reader
umount -l "$M"
not_mounted "$M" || die "umount -l"
peer_mend
ended "$S"
in_peer mount -t rumpfs.smbfs -o username=alice,password=secret-alice,echo_interval=1 "$S" "$M"
peer_cut
timeout 60 umount -f "$M" || true
until_true 60 not_mounted "$M" || die "umount -f"
peer_mend
until_true 60 no_daemon "$S" || die "the daemon is still there"
smbd_stop
peer_end
