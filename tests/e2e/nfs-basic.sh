# SPDX-License-Identifier: GPL-2.0-only
# NFS by each version: what is made and written is in the exported directory, and the other way round.
own_network
mkdir "$EXPORT"
random "$EXPORT/there" 3000000
fails 1 retry mount -t rumpfs.nfs -o retry=soon 127.0.0.1:/export "$M"

# A server that is there later: retry= waits for it, until it is asked to end.
/sbin/mount.rumpfs.nfs 127.0.0.1:/export "$M" -v -o retry=1 > "$W/ended" 2>&1 &
ended=$!
until_true 30 grep -q 'trying again' "$W/ended" || die "no second try: $(cat "$W/ended")"
kill $ended
wait $ended && die "a mount that was interrupted succeeded"
is $? 8
nothing_left 127.0.0.1:/export
/sbin/mount.rumpfs.nfs 127.0.0.1:/export "$M" -v -o retry=1 > "$W/later" 2>&1 &
later=$!
until_true 30 grep -q 'trying again' "$W/later" || die "no second try: $(cat "$W/later")"
ganesha_start
wait $later || die "retry=1 gave up: $(cat "$W/later")"
cmp "$M/there" "$EXPORT/there"
umount "$M"

# Of a name with addresses of both kinds that is taken which the options want.
printf '::1 both\n127.0.0.1 both\n' > "$W/hosts"
mount --bind "$W/hosts" /etc/hosts
for o in proto=tcp proto=tcp6 vers=3,proto=udp vers=3,proto=udp6 vers=3,mountproto=tcp; do
	mount -t rumpfs.nfs -o $o both:/export "$M"
	cmp "$M/there" "$EXPORT/there"
	umount "$M"
done
# What mounts may be another host, which is looked up likewise.
echo '127.0.0.9 other' >> "$W/hosts"
mount -t rumpfs.nfs -o vers=3,mounthost=other 127.0.0.1:/export "$M"
has "$(rumpfs status --json "$M")" 'mountaddr=127.0.0.9,'
umount "$M"
mount -t rumpfs.nfs -o vers=3,mounthost=other,mountaddr=127.0.0.8 127.0.0.1:/export "$M"
has "$(rumpfs status --json "$M")" 'mountaddr=127.0.0.8,'
umount "$M"
fails 32 'the address of no-such-host.invalid cannot be found' mount -t rumpfs.nfs -o vers=3,mounthost=no-such-host.invalid 127.0.0.1:/export "$M"
fails 32 '127.0.0.1 has no address of IPv6, which option "proto=tcp6" asks for' mount -t rumpfs.nfs -o proto=tcp6 127.0.0.1:/export "$M"
umount /etc/hosts

for v in 4.2 4.1 4.0 3; do
	mount -t rumpfs.nfs -o vers=$v 127.0.0.1:/export "$M"
	cmp "$M/there" "$EXPORT/there"
	random "$W/data" 5000000
	mkdir "$M/dir$v"
	cp "$W/data" "$M/dir$v/new"
	cmp "$M/dir$v/new" "$EXPORT/dir$v/new"
	cmp "$M/dir$v/new" "$W/data"
	umount "$M"
done
nfs_stop
