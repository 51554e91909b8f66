# SPDX-License-Identifier: GPL-2.0-only
# Owners of a server that sends names where it knows one and numbers else, and of one that sends numbers: both ways they
# are whom the server has; whom the host does not know by that name is nobody.
own_network
mkdir "$EXPORT"
own_run
cp /etc/passwd /etc/group "$W/.run/"
echo 'carol:x:31005:31006::/nonexistent:/bin/false' >> "$W/.run/passwd"
echo 'dave:x:31007:31006::/nonexistent:/bin/false' >> "$W/.run/passwd"
echo 'choir:x:31006:' >> "$W/.run/group"
mount --bind "$W/.run/passwd" /etc/passwd
mount --bind "$W/.run/group" /etc/group
owner() { stat -c %u:%g "$1"; }
for numeric in false true; do
	ganesha_start "$EXPORT" "Graceless = true; Only_Numeric_Owners = $numeric;" 'Attr_Expiration_Time = 0;'
	for v in 4.2 4.1 4.0 3; do
		mount -t rumpfs.nfs -o vers=$v 127.0.0.1:/export "$M"
		for id in 0:0 31005:31006 1234:5678 31005:0; do
			echo x > "$M/f"
			chown $id "$M/f"
			is "$(owner "$EXPORT/f")" $id "NFS $v, to a server with numeric=$numeric"
			is "$(owner "$M/f")" $id "NFS $v, from a server with numeric=$numeric"
			ls -ln "$M" > /dev/null
			rm "$M/f"
			f=$v-$id
			echo x > "$EXPORT/$f"
			chown $id "$EXPORT/$f"
			is "$(cat "$M/$f")" x
			is "$(owner "$M/$f")" $id "NFS $v, made on a server with numeric=$numeric"
			rm "$M/$f"
		done
		umount "$M"
	done
	if [ $numeric = false ]; then
		# A client that has nobody of that name. (This server calls by number whom a client did.)
		grep -v dave /etc/passwd > "$W/.run/less"
		echo x > "$EXPORT/f"
		chown 31007 "$EXPORT/f"
		is "$(unshare --mount bash -ec 'mount --bind "$W/.run/less" /etc/passwd
			mount -t rumpfs.nfs -o vers=4.2 127.0.0.1:/export "$W/mnt"
			stat -c %u:%g "$W/mnt/f"
			umount "$W/mnt"')" 65534:0
	fi
	ganesha_stop
	rm -f "$EXPORT/f"
done
nfs_stop
umount /etc/passwd /etc/group
