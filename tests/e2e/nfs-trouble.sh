# SPDX-License-Identifier: GPL-2.0-only
# A server whose disk is full, that allows reading only, or does not know root; a cable that is pulled under load.
# timeout: 240
own_network
need python3 mkfs.ext4
peer_network
truncate -s 64M "$W/disk"
mkfs.ext4 -q "$W/disk"
mkdir "$EXPORT" "$W/ro" "$W/squash"
disk=$(loop "$W/disk")
mount "$disk" "$EXPORT"
echo readable > "$W/ro/f"
echo secret > "$W/squash/f"
chmod 600 "$W/squash/f"
block() { echo "EXPORT { Export_Id = $1; Path = $2; Pseudo = $3; FSAL { Name = VFS; } $4 }"; }
ganesha_start "$EXPORT" 'Graceless = true;' '' "$(block 2 "$W/ro" /ro 'Access_Type = RO;'; block 3 "$W/squash" /squash 'Squash = Root;')"

# Full: who writes is told, at the latest by close or fsync, and what fits afterwards is stored.
for v in 4.2 3; do
	mount -t rumpfs.nfs -o vers=$v 10.9.8.1:/export "$M"
	echo before > "$M/before"
	fails 1 'No space left' dd if=/dev/zero "of=$M/big" bs=1M count=100 conv=fsync
	rm "$M/big"
	until_true 20 eval 'echo after > "$M/after"' || die "NFS $v: no room after removing what filled it"
	umount "$M"
	is "$(cat "$EXPORT/before" "$EXPORT/after")" "before
after"
	rm "$EXPORT/before" "$EXPORT/after"

	mount -t rumpfs.nfs -o vers=$v "10.9.8.1:/ro" "$M"
	is "$(cat "$M/f")" readable
	fails 1 'Read-only' touch "$M/new"
	umount "$M"
	mount -t rumpfs.nfs -o vers=$v "10.9.8.1:/squash" "$M"
	fails 1 'Permission denied' cat "$M/f"
	umount "$M"
done

# The client is at the other end of the cable.
seconds=5
[ "$FULL" = 0 ] || seconds=30
random "$W/data" 12000000
in_peer mount -t rumpfs.nfs -o vers=4.2 10.9.8.1:/export "$M"
(for i in 1 2 3; do cp "$W/data" "$M/f$i" && cmp "$W/data" "$M/f$i" || exit 1; done) &
load=$!
until_true 30 test -e "$EXPORT/f1"
peer_cut
sleep $seconds
peer_mend
wait $load || die "the load failed"
for i in 1 2 3; do cmp "$W/data" "$EXPORT/f$i"; done
umount "$M"
nfs_stop
umount "$EXPORT"
losetup -d "$disk"
peer_end
