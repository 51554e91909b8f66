# SPDX-License-Identifier: GPL-2.0-only
# Quotas, inside the file system or in files: what each user and group has is counted as its checker counts it; limits are kept.
# variants: ext4 f2fs xfs ext3-files jfs-files reiserfs-files
need setpriv
options=usrquota,grpquota
type=${VARIANT%-files}
case $VARIANT in
*-files)
	make_fs "$type"
	mount -t "rumpfs.$type" -o "$options" "$I" "$M"
	has "$(rumpfs log "$M")" "quotas are not kept: aquota.group: "
	unmnt
	mount -t "rumpfs.$type" "$I" "$M"
	# As quotacheck -c makes them, by struct v2_disk_dqheader and v2_disk_dqinfo: nobody has anything.
	for kind in 'user 0xd9c01f11' 'group 0xd9c01927'; do
		python3 -c 'import struct, sys
sys.stdout.buffer.write(struct.pack("<8I", int(sys.argv[1], 16), 1, 604800, 604800, 0, 2, 0, 0).ljust(2048, b"\0"))' \
			"${kind#* }" > "$M/aquota.${kind% *}"
	done
	unmnt
	;;
ext4)
	need e2fsck debugfs
	truncate -s 64M "$I"
	mkfs.ext4 -qF -O quota -E quotatype=usrquota:grpquota "$I"
	;;
f2fs)
	need mkfs.f2fs
	truncate -s 100M "$I"
	mkfs.f2fs -q -f -O extra_attr,quota "$I" > /dev/null
	;;
xfs)
	need mkfs.xfs xfs_db
	truncate -s 320M "$I"
	mkfs.xfs -q "$I"
	;;
esac
# No other way for him.
as_nobody() { (cd "$M/all" && exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"); }

# counted u|g: "INODES KIB" that the file system says nobody (nogroup) has. limit u|g INODES KIB: hard limits.
# As setquota(8) would have them written; it cannot reach a driver behind FUSE.
# By struct v2r1_disk_dqblk of linux/fs/quota/quotaio_v2.h, in each copy of the blocks of such a file that FILE has.
v2r1() {	# FILE [INODES KIB]
	python3 - "$@" <<- 'END'
		import struct, sys
		image, limits = sys.argv[1], [int(n) for n in sys.argv[2:]]
		whole = open(image, 'rb').read()
		def entries():
		    """Of 65534."""
		    for at in range(0, len(whole), 1024):
		        block = whole[at:at + 1024]
		        if struct.unpack_from('<I', block, 8)[0] > 14 or len(block) < 1024: continue
		        for o in range(16, 1024 - 71, 72):
		            ident, pad, ihard, isoft, inodes, bhard, bsoft, space, *times = struct.unpack_from('<IIQQQQQQQQ', block, o)
		            # A number that is its group's too.
		            if ident == 65534 and not pad and 0 < inodes < 1000 and not any(times):
		                yield at + o, inodes, space
		found = list(entries())
		assert found, 'nobody has nothing'
		print(found[-1][1], found[-1][2] // 1024)
		if limits:
		    with open(image, 'r+b') as f:
		        for at, _, _ in found:
		            f.seek(at + 8); f.write(struct.pack('<Q', limits[0]))
		            f.seek(at + 32); f.write(struct.pack('<Q', limits[1]))
	END
}
file() {	# COMMAND WORD...: with the name of the file in which the quotas of u or g are
	mount -t "rumpfs.$type" "$I" "$M"
	"$1" "$M/aquota.$([ "$2" = u ] && echo user || echo group)" "${@:3}"
	unmnt
}
db() { xfs_db -x "${@:2}" "$I" > "$W/db" 2>&1 || { cat "$W/db"; die "xfs_db"; }; }
counted() {
	case $VARIANT in
	xfs)
		db - -c "dquot -$1 65534" -c 'print diskdq.icount diskdq.bcount'
		awk '/icount/ { i = $3 } /bcount/ { b = $3 } END { print i, b * 4 }' "$W/db"
		;;
	ext4)
		debugfs -R "list_quota $([ "$1" = u ] && echo user || echo group)" "$I" 2> /dev/null |
			awk '$1 == 65534 { print $5, $2 / 1024 }'
		;;
	f2fs) v2r1 "$I" ;;
	*-files) file v2r1 "$1" ;;
	esac
}
limit() {
	case $VARIANT in
	xfs) db - -c "dquot -$1 65534" -c "write diskdq.ino_hardlimit $2" -c "write diskdq.blk_hardlimit $(($3 / 4))" ;;
	*-files) file v2r1 "$@" > /dev/null ;;
	*) v2r1 "$I" "$2" "$3" > /dev/null ;;
	esac
}
# What the files of @1 (user or group) 65534 are.
have() {
	find "$M" "-$1" 65534 -printf '%k\n' | awk '{ n++; k += $1 } END { print n, k }'
}

mount -t "rumpfs.$type" -o "$options" "$I" "$M"
mkdir -m 777 "$M/all"
as_nobody dd if=/dev/zero of=f bs=1M count=3 conv=fsync status=none
as_nobody mkdir d
for i in $(seq 5); do as_nobody sh -c "echo $i > d/f$i"; done
cp "$M/all/f" "$M/all/roots"
chown games:games "$M/all/roots"
rm "$M/all/d/f3"
as_nobody truncate -s 1M f
sync -f "$M"
user=$(have uid) group=$(have gid)
unmnt
check_fs "$type"
[ "$VARIANT" != f2fs ] || user="6 1024" group="6 1024"	# it shows blocks of files that lie in their inodes, and have none
is "$(counted u)" "$user" "counted of the user"
is "$(counted g)" "$group" "counted of the group"
for kind in u g; do limit $kind 8 2048; done
mount -t "rumpfs.$type" -o "$options" "$I" "$M"
mount -o remount,ro "$M"
mount -o remount,rw "$M"
as_nobody dd if=/dev/zero of=more bs=64k count=64 conv=fsync status=none 2> err && die "more than the quota"
has "$(cat err)" 'Disk quota exceeded'
rm "$M/all/more"
[ "$type" != jfs ] || sync "$M/all"		# it frees what was removed when its log is written
as_nobody touch seventh eighth
fails 1 'Disk quota exceeded' as_nobody touch ninth
dd if=/dev/zero of="$M/all/roots" bs=1M count=8 conv=fsync status=none
unmnt
check_fs "$type"
