# SPDX-License-Identifier: GPL-2.0-only
# Idle mounts of a share, one with two channels, are not busy: nothing is sent but an echo a channel and interval, and their processes wake
# for those and for the driver's looks at its connections only.
own_network
smb_needs
mkdir "$EXPORT" "$W/two"
random "$EXPORT/f" 100000
SMB_INTERFACES='"127.0.0.1;speed=1000000000,capability=RSS"' smbd_start 'server multi channel support = yes'
smb echo_interval=5
smb nosharesock,echo_interval=5,multichannel,max_channels=2 DATA "$W/two"
is "$(ss -Htn state established dport = 445 | wc -l)" 3 "connections"
for dir in "$M" "$W/two"; do
	cat "$dir/f" > /dev/null
	ls -l "$dir" > /dev/null
done
packets() { awk '$1 == "lo:" { print $3 }' /proc/net/dev; }
sleep 8		# longer than the driver keeps a closed file open, and the bridge memory
p=$(packets) a=$(switches "$SHARE") b=$(switches //127.0.0.1/DATA)
sleep 15	# what idleness is
p=$(($(packets) - p)) a=$(($(switches "$SHARE") - a)) b=$(($(switches //127.0.0.1/DATA) - b))
note "in 15 s: $p packets, $a and $b context switches"
# Three to four echoes a channel, each of a question, an answer, and what TCP acknowledges.
((p > 0 && p <= 3 * 4 * 4)) || die "$p packets"
((a <= 60 && b <= 60)) || die "$a and $b context switches"
umount "$W/two" && ended //127.0.0.1/DATA
smb_unmnt
smbd_stop
