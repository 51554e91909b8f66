# SPDX-License-Identifier: GPL-2.0-only
# NFS by each version: what is made and written is in the exported directory, and the other way round.
own_network
mkdir "$EXPORT"
random "$EXPORT/there" 3000000
ganesha_start
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
