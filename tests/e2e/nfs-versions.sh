# SPDX-License-Identifier: GPL-2.0-only
# Without vers= the highest version is taken that the server has; options are checked before anything is asked.
own_network
mkdir "$EXPORT"
echo hello > "$EXPORT/f"
version() { rumpfs status --json "$M" | grep -o 'vers=[0-9.]*'; }
for only in :4.2 'Minor_Versions = 0, 1;:4.1' 'Minor_Versions = 0;:4.0'; do
	ganesha_start "$EXPORT" "Graceless = true; ${only%:*}"
	mount -t rumpfs.nfs 127.0.0.1:/export "$M"
	is "$(version)" "vers=${only##*:}"
	is "$(cat "$M/f")" hello
	umount "$M"
	ganesha_stop
done
ganesha_start
mount -t rumpfs.nfs4 '[::1]:/export' "$M"
is "$(cat "$M/f")" hello
umount "$M"
fails 32 'Kerberos' mount -t rumpfs.nfs -o sec=krb5 127.0.0.1:/export "$M"
fails 1 'unknown option|3' mount -t rumpfs.nfs -o vers=5 127.0.0.1:/export "$M"
fails 32 'does not have that' mount -t rumpfs.nfs 127.0.0.1:/nothing "$M"
fails 32 'Not a directory' mount -t rumpfs.nfs -o vers=4.2 127.0.0.1:/export/f "$M"
nothing_left 127.0.0.1:/export/f
fails 32 'does not have that|refuses' mount -t rumpfs.nfs -o vers=3 127.0.0.1:/nothing "$M"
nfs_stop
