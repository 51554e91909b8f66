# SPDX-License-Identifier: GPL-2.0-only
# A server decides by all the groups of who asks: those it has now, also in a name space of processes.
own_network
need setpriv
mkdir "$EXPORT"
chmod 755 "$W" && chmod a+rx "$(dirname "$W")"
as() { setpriv --reuid 31005 --regid 31005 "$@"; }
for i in $(seq 40); do many=${many:-31006},$((40000 + i)); done
ganesha_start "$EXPORT" "Graceless = true;" 'Attr_Expiration_Time = 0;'
for v in 4.2 4.1 4.0 3; do
	mkdir -m 770 "$EXPORT/choir"
	echo song > "$EXPORT/choir/f"
	chmod 640 "$EXPORT/choir/f"
	chown -R 0:31006 "$EXPORT/choir"
	mount -t rumpfs.nfs -o vers=$v 127.0.0.1:/export "$M"
	is "$(as --groups 5,31006 cat "$M/choir/f")" song "NFS $v, of the group"
	fails 1 "Permission denied" as --clear-groups cat "$M/choir/f"
	fails 1 "Permission denied" as --groups 5 cat "$M/choir/f"
	is "$(as --groups "$many" cat "$M/choir/f")" song "NFS $v, of 41 groups, one of the first sixteen"
	is "$(unshare --pid --fork setpriv --reuid 31005 --regid 31005 --groups 31006 cat "$M/choir/f")" song \
		"NFS $v, in a name space of processes"
	as --groups 31006 sh -ec 'echo more > "$1/choir/new"; mkdir "$1/choir/d"; chgrp 31006 "$1/choir/new"' sh "$M"
	is "$(stat -c %u:%g "$EXPORT/choir/new")" 31005:31006
	fails 1 "Permission denied" as --clear-groups rm "$M/choir/new"
	as --groups 31006 rm "$M/choir/new"
	umount "$M"
	rm -r "$EXPORT/choir"
done
nfs_stop
