# SPDX-License-Identifier: GPL-2.0-only
# Exports below the mounted one: of the same file system one walks in, another one is refused by a clear error and can be
# mounted itself. Options reach the driver, and do what they say.
own_network
need ss
mkdir -p "$EXPORT/sub" "$EXPORT/other" "$W/second" "$W/third"
mount -t tmpfs third "$W/third"
echo hello > "$EXPORT/f"
echo second > "$W/second/s"
echo third > "$W/third/t"
block() { echo "EXPORT { Export_Id = $1; Path = $2; Pseudo = $3; Filesystem_Id = $1.$1; FSAL { Name = VFS; } }"; }
ganesha_start "$EXPORT" 'Graceless = true;' '' "$(block 2 "$W/second" /export/sub; block 3 "$W/third" /export/other)"
S=127.0.0.1:/export
for v in 4.2 4.1 4.0; do
	mount -t rumpfs.nfs -o vers=$v $S "$M"
	is "$(cat "$M/f")" hello
	for dir in sub other; do
		fails 2 'Object is remote' ls "$M/$dir"
		fails 1 'Object is remote' cat "$M/$dir/x"
		fails 1 'Object is remote' touch "$M/$dir/x"
		test -d "$M/$dir"
	done
	umount "$M"
	mount -t rumpfs.nfs -o vers=$v $S/other "$M"
	is "$(cat "$M/t")" third
	umount "$M"
done

options() { rumpfs status --json "$M" | grep '"options"'; }
mount -t rumpfs.nfs -o vers=4.2,nconnect=3,noresvport,soft,timeo=77,retrans=5,rsize=65536,wsize=32768,acregmin=7,acregmax=8,acdirmin=9,acdirmax=10,lookupcache=pos $S "$M"
for o in nconnect=3 noresvport soft timeo=77 retrans=5 rsize=65536 wsize=32768 acregmin=7 acregmax=8 acdirmin=9 acdirmax=10 lookupcache=pos; do
	has "$(options)" "[ ,]$o[,\"]"
done
for i in 1 2 3 4; do cat "$EXPORT/f" > "$M/new$i"; done
is "$(ss -Htn 'dport = :2049' | wc -l)" 3
ss -Htn 'dport = :2049' | awk '{ sub(/.*:/, "", $4); if ($4 + 0 < 1024) exit 1 }' || die "a reserved port with noresvport"
umount "$M"
ended $S
mount -t rumpfs.nfs -o vers=3,actimeo=11,lookupcache=none $S "$M"
for o in acregmin=11 acdirmax=11 lookupcache=none nolock hard; do has "$(options)" "[ ,]$o[,\"]"; done
ss -Htn 'dport = :2049' | awk '{ sub(/.*:/, "", $4); if ($4 + 0 >= 1024) exit 1 }' || die "no reserved port"
umount "$M"
nfs_stop
umount "$W/third"
