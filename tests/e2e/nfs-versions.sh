# SPDX-License-Identifier: GPL-2.0-only
# Without vers= the highest version is taken that the server has; options are checked before anything is asked.
own_network
mkdir "$EXPORT"
echo hello > "$EXPORT/f"
version() { rumpfs status --json "$M" | sed -n 's/.*,\(vers=[0-9.]*\).*/\1/p'; }
for only in :4.2 'Minor_Versions = 0, 1;:4.1' 'Minor_Versions = 1;:4.1' 'Minor_Versions = 0;:4.0'; do
	ganesha_start "$EXPORT" "Graceless = true; ${only%:*}"
	mount -t rumpfs.nfs 127.0.0.1:/export "$M"
	is "$(version)" "vers=${only##*:}"
	is "$(cat "$M/f")" hello
	umount "$M"
	# "4" is any of them, and the last word counts.
	for o in vers=4 nfsvers=4 v4 vers=3,vers=4; do
		mount -t rumpfs.nfs -o $o 127.0.0.1:/export "$M"
		is "$(version)" "vers=${only##*:}"
		umount "$M"
	done
	mount -t rumpfs.nfs4 -o vers=4 127.0.0.1:/export "$M"
	is "$(version)" "vers=${only##*:}"
	umount "$M"
	mount -t rumpfs.nfs -o vers=4,nfsvers=3 127.0.0.1:/export "$M"
	is "$(version)" vers=3
	umount "$M"
	ganesha_stop
done
ganesha_start
mount -t rumpfs.nfs4 '[::1]:/export' "$M"
is "$(cat "$M/f")" hello
umount "$M"
fails 32 'Kerberos' mount -t rumpfs.nfs -o sec=krb5 127.0.0.1:/export "$M"
fails 1 'unknown option|3' mount -t rumpfs.nfs -o vers=5 127.0.0.1:/export "$M"
fails 1 'unknown option "bogus"' mount -t rumpfs.nfs -o bogus 127.0.0.1:/export "$M"
mount -t rumpfs.nfs -o bogus,sloppy 127.0.0.1:/export "$M"
umount "$M"
fails 32 'does not have that' mount -t rumpfs.nfs 127.0.0.1:/nothing "$M"
fails 32 'Not a directory' mount -t rumpfs.nfs -o vers=4.2 127.0.0.1:/export/f "$M"
nothing_left 127.0.0.1:/export/f
fails 32 'does not have that|refuses' mount -t rumpfs.nfs -o vers=3 127.0.0.1:/nothing "$M"
nfs_stop
