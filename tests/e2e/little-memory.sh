# SPDX-License-Identifier: GPL-2.0-only
# Many readers at a server that is far away, in little memory: their pages cannot be freed before the answers come, and to ask for them
# takes memory, too.
# variants: nfs smb
# timeout: 180
own_network
need python3
mkdir "$EXPORT"
if [ "$VARIANT" = nfs ]; then ganesha_start "$EXPORT"; port=2049; else smb_needs; smbd_start; port=445; fi
for i in $(seq 40); do random "$EXPORT/f$i" 3000000; done
chmod a+r "$EXPORT"/*
python3 "$T/slowproxy.py" 4450 $port 0.3 < /dev/null > "$W/proxy.log" 2>&1 &
PROXY=$!
server_wait $PROXY "$W/proxy.log" listens 4450
if [ "$VARIANT" = nfs ]; then
	mount -t rumpfs.nfs -o port=4450,memsize=14M,vers=4.2 127.0.0.1:/export "$M"
else
	smb port=4450,memsize=14M
fi
for i in $(seq 40); do
	cmp "$M/f$i" "$EXPORT/f$i" &
	readers="$readers $!"
done
for pid in $readers; do wait $pid || die "a reader got something else"; done
mounted "$M" || die "the mount is gone"
umount "$M"
server_stop $PROXY KILL
if [ "$VARIANT" = nfs ]; then nfs_stop; else smbd_stop; fi
is "$(cat "$W/proxy.log")" ''
