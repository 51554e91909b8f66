# SPDX-License-Identifier: GPL-2.0-only
# Idle mounts of each version, after use: woken for no more than the renewal of a lease, saying nothing else, small.
# alone
own_network
need ss python3
mkdir "$EXPORT" "$W/m4.0" "$W/m4.2" "$W/m3"
for i in {1..200}; do echo $i > "$EXPORT/f$i"; done
ganesha_start
for v in 4.2 4.0 3; do
	mount -t rumpfs.nfs -o vers=$v 127.0.0.1:/export "$W/m$v"
	cat "$W/m$v"/f* > /dev/null
	cp "$W/m$v/f1" "$W/m$v/new"
	ls -l "$W/m$v" > /dev/null
done
sent() { ss -tinH state established 'dport = :2049' | grep -o 'bytes_sent:[0-9]*' | awk -F: '{ n += $2 } END { print n + 0 }'; }
sleep 5
a=$(switches 127.0.0.1:/export) bytes=$(sent)
sleep 20
b=$(switches 127.0.0.1:/export) bytes=$(($(sent) - bytes))
note "$((b - a)) context switches and $bytes bytes sent in 20 s by three mounts"
((b - a <= 100)) || die "$((b - a)) context switches in 20 s"
((bytes <= 1000)) || die "$bytes bytes sent in 20 s"
for worker in $(worker_of 127.0.0.1:/export); do
	private=$(private_kib "$worker")
	note "$private KiB private"
	((private <= 10240)) || die "$private KiB private"
done
umount "$W/m4.2" "$W/m4.0" "$W/m3"
nfs_stop
