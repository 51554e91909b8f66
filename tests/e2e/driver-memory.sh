# SPDX-License-Identifier: GPL-2.0-only
# Each driver that writes, in a rump kernel of 32 MiB: more is written than that at a time, nothing is lost.
# variants: ext2 ext4 vfat ffs2-le xfs btrfs exfat f2fs ntfs udf minix jfs reiserfs nilfs2 sysv v7 affs hfsplus
# timeout: 240
case $VARIANT in
ffs*) size= ;;			# made beforehand
affs) size=48M ;;		# cannot be larger as it is made
xfs | nilfs2) size=320M ;;
*) size=160M ;;
esac
make_fs "$VARIANT" "$I" "$size"
type=$(type_of "$VARIANT")
n=$(($(stat -c %s "$I") / 4)) max=$((48 << 20))
mount -t "$type" -o memsize=32M "$I" "$M"
# Two writers of large files and one of small ones, all at once.
random "$W/a" $((n < max ? n : max))
for i in 1 2; do
	timeout 180 dd if="$W/a" of="$M/big$i" bs=1M conv=fsync status=none &
	pids="${pids:-} $!"
done
timeout 180 python3 - "$M" << 'EOF' &
import os, sys
os.mkdir(sys.argv[1] + '/small')
for i in range(1500):
    with open(f'{sys.argv[1]}/small/file{i}', 'w') as f:
        f.write(str(i) * 300)
EOF
pids="$pids $!"
for p in $pids; do wait "$p" || die "a writer failed"; done
sync -f "$M"
echo 3 > /proc/sys/vm/drop_caches 2> /dev/null || true
cmp "$W/a" "$M/big1"
cmp "$W/a" "$M/big2"
is "$(ls "$M/small" | wc -l)" 1500
is "$(cat "$M/small/file777")" "$(python3 -c 'print("777" * 300)')"
unmnt
check_fs "$VARIANT"
mount -t "$type" -o ro,memsize=32M "$I" "$M"
cmp "$W/a" "$M/big2"
unmnt
