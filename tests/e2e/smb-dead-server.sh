# SPDX-License-Identifier: GPL-2.0-only
# A server that is there and does not answer: callers can be killed, rumpfs log and status tell, umount -l and -f end, the daemon too.
# timeout: 180
own_network
smb_needs
mkdir "$EXPORT"
random "$EXPORT/f" 1000000
freeze() { local p; for p in $(smbd_processes "$SMBD"); do kill "-$1" "$p"; done; }
smbd_start
smb echo_interval=1
cat "$M/f" > /dev/null
freeze STOP
for command in "ls $M" "stat $M/f" "cat $M/f" "touch $M/g"; do
	$command > /dev/null 2>&1 &
	caller=$!
	until_true 10 eval "grep -q '^State:.[SD]' /proc/$caller/status || ! alive $caller" || die "$command"
	kill_callers "$command" $caller
done
start=$SECONDS
umount -f "$M" 2> "$W/out" || true
note "umount -f of a silent server took $((SECONDS - start)) s"
until_true 60 not_mounted "$M" || { cat "$W/out"; die "umount -f leaves it mounted"; }
until_true 60 no_daemon "$SHARE" || die "the daemon does not end"
freeze CONT
smb hard,echo_interval=1
freeze STOP
cat "$M/f" > /dev/null 2>&1 &
caller=$!
# What the driver says of it can be read, and who waits is seen.
until_true 20 eval 'rumpfs log "$M" | grep -q "has not responded in 3 seconds"' || die "the log: $(rumpfs log "$M")"
# A server that was slow before is in the log too; then what is known of the directory holds for a second more.
line="^$M .* smbfs +waits +$(worker_of "$SHARE") .* +[1-9][0-9]* +0  cifs of Linux 6\.1"
until_true 20 eval 'rumpfs status "$M" | grep -qE "$line"' || die "who waits: $(rumpfs status "$M")"
kill -KILL $caller
umount -l "$M"
not_mounted "$M" || die "umount -l"
until_true 60 no_daemon "$SHARE" || die "the daemon does not end after umount -l"
freeze CONT
smbd_stop KILL

# A daemon that still waits for its server has no mount any more, and another may have the number of its device: that one's log is
# not looked for there.
smbd_start
others=$(pgrep -P "$SMBD")
smb
log=$(rumpfs log "$M")
serving=$(pgrep -P "$SMBD" | grep -vxF "$others")
kill -STOP $serving
umount -l "$M"
smb
[ "$(rumpfs log "$M")" != "$log" ] || die "the log is that of the mount before"
kill -CONT $serving
smb_unmnt
smbd_stop
