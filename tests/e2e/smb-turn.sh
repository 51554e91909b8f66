# SPDX-License-Identifier: GPL-2.0-only
# The connection is lost and the server silent: one logs in again, the others wait until he has done, and each of them can be killed.
# variants: hard soft
own_network
smb_needs
mkdir "$EXPORT"
smbd_start
smb "$VARIANT"
callers=
for i in 1 2 3; do
	random "$EXPORT/f$i" 1000000
	(exec < "$M/f$i"; until [ -e go ]; do sleep 0.1; done; exec dd bs=64k iflag=direct of=/dev/null 2> /dev/null) &
	callers="$! $callers"
	until_true 10 eval "readlink /proc/$!/fd/0 | grep -q '^$M/f$i'" || die "f$i is not opened"
done
kill -STOP "$SMBD"
kill -KILL $(pgrep -P "$SMBD")		# the next connection is taken, by the kernel
touch go
until_true 20 eval 'rumpfs status "$M" | grep -qE " +3 +0  cifs"' || die "who waits: $(rumpfs status "$M")"
# Who came last first: the first is most likely who logs in.
for caller in $callers; do kill_callers reader $caller; done
umount -l "$M"
until_true 60 no_daemon "$SHARE" || die "the daemon does not end after umount -l"
smbd_stop KILL
