# SPDX-License-Identifier: GPL-2.0-only
# Exports below the mounted one are entered, as file systems of their own, and can be mounted themselves; some refuse, and some go and come. Options reach the driver, and do what they say.
own_network
need ss python3 flock
mkdir -p "$EXPORT/sub" "$EXPORT/other" "$W/second" "$W/third"
mount -t tmpfs third "$W/third"
echo hello > "$EXPORT/f"
echo second > "$W/second/s"
echo third > "$W/third/t"
mkdir -p "$W/third/d/e"
echo x > "$W/third/d/e/x"
block() { echo "EXPORT { Export_Id = $1; Path = $2; Pseudo = $3; Filesystem_Id = $1.$1; Attr_Expiration_Time = 0; FSAL { Name = VFS; } }"; }
ganesha_start "$EXPORT" 'Graceless = true;' 'Attr_Expiration_Time = 0;' "$(block 2 "$W/second" /export/sub; block 3 "$W/third" /export/other)"
S=127.0.0.1:/export
for v in 4.2 4.1 4.0; do
	mount -t rumpfs.nfs -o vers=$v,actimeo=1 $S "$M"
	is "$(cat "$M/f")" hello
	# Listing does not enter, entering does not change the directory's number; whole trees are walked.
	before=$(ls -di "$M/other")
	[ "$(df --output=size "$M/other")" != "$(df --output=size "$M")" ] || die "df shows one file system"
	is "$(cat "$M/other/t" "$M/sub/s" "$M/other/d/e/x")" $'third\nsecond\nx'
	is "$(ls -di "$M/other")" "$before"
	is "$(cd "$M" && find . | sort | xargs)" ". ./f ./other ./other/d ./other/d/e ./other/d/e/x ./other/t ./sub ./sub/s"
	find "$M" -printf '%i\n' | sort | uniq -d | grep . && die "two files have one number"
	# Changes go both ways.
	echo mine > "$M/other/new"
	is "$(cat "$W/third/new")" mine
	chmod 600 "$M/other/new"
	is "$(stat -c %a "$W/third/new")" 600
	echo others > "$W/third/new"
	is "$(cat "$M/other/new")" others
	rm "$W/third/new"
	until_true 10 eval '[ ! -e "$M/other/new" ]'
	flock "$M/other/t" true
	# From one to another things are copied; what is a mount point for the server stays.
	fails 1 'Invalid cross-device link' ln "$M/f" "$M/other/link"
	mv "$M/f" "$M/other/moved"
	mv "$M/other/moved" "$M/f"
	is "$(cat "$EXPORT/f")" hello
	mkdir "$M/here"
	fails 1 'cross-device' python3 -c 'import os, sys; os.rename(sys.argv[1], sys.argv[2])' "$M/here" "$M/other/here"
	rmdir "$M/here"
	rmdir "$M/sub" 2>/dev/null && die "a mount point was removed"
	dd if=/dev/zero of="$M/sub/big" bs=1M count=8 conv=fsync status=none
	is "$(stat -c %s "$W/second/big")" 8388608
	rm "$M/sub/big"
	umount "$M"
	ended $S
	# All that a server has, from its root: an export in an export of one that is not on its disk.
	mount -t rumpfs.nfs -o vers=$v 127.0.0.1:/ "$M"
	is "$(cat "$M/export/other/d/e/x" "$M/export/f")" $'x\nhello'
	fails 1 'Read-only file system' touch "$M/new"
	echo deep > "$M/export/other/deep"
	umount "$M"
	ended 127.0.0.1:/
	is "$(cat "$W/third/deep")" deep
	rm "$W/third/deep"
	mount -t rumpfs.nfs -o vers=$v $S/other "$M"
	is "$(cat "$M/t")" third
	umount "$M"
done
# A server that is silent does not keep what was entered.
mount -t rumpfs.nfs $S "$M"
echo unsent > "$M/other/unsent"
ls "$M/sub" > /dev/null
kill -STOP "$GANESHA"
timeout 30 umount -f "$M"
ended $S
kill -CONT "$GANESHA"

# What refuses the caller is refused, and what the server has no more is stale until it is there again; the rest does not suffer.
ganesha_stop KILL
mkdir -p "$EXPORT/sealed" "$EXPORT/closed" "$EXPORT/hidden" "$W/closed"
echo closed > "$W/closed/c"
chmod 700 "$W/closed"
refusing() {
	local text
	text=$(block 4 "$W/second" /export/sealed; block 5 "$W/closed" /export/closed; block 6 "$W/second" /export/hidden)
	text=${text/4.4;/4.4; SecType = krb5;}
	text=${text/5.5;/5.5; Squash = All;}
	text=${text/6.6;/6.6; Access_Type = NONE;}
	ganesha_start "$EXPORT" 'Graceless = true;' 'Attr_Expiration_Time = 0;' "$text $1"
}
for v in 4.2 4.0; do
	refusing "$(block 3 "$W/third" /export/other)"
	mount -t rumpfs.nfs -o vers=$v,actimeo=1 $S "$M"
	fails 2 'Operation not permitted' ls "$M/sealed/"
	fails 1 'Operation not permitted' cat "$M/sealed/s"
	fails 2 'Permission denied' ls "$M/closed"
	fails 1 'Permission denied' cat "$M/closed/c"
	fails 1 'Permission denied' touch "$M/closed/new"
	fails 1 'No such file' stat "$M/hidden"
	is "$(cat "$M/f" "$M/other/t")" $'hello\nthird'
	ganesha_stop KILL
	refusing ''
	fails 1 'Stale file handle' cat "$M/other/t"
	is "$(cat "$M/f")" hello
	ganesha_stop KILL
	refusing "$(block 3 "$W/third" /export/other)"
	until_true 10 eval '[ "$(cat "$M/other/t")" = third ]'
	umount "$M"
	ended $S
	ganesha_stop KILL
done
refusing ''
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
