# SPDX-License-Identifier: GPL-2.0-only
# ext4's quotas: what each user and group has is counted as e2fsck counts it; limits are kept.
need setpriv e2fsck
truncate -s 64M "$I"
mkfs.ext4 -qF -O quota -E quotatype=usrquota:grpquota "$I"
as_nobody() { (cd "$M/all" && exec setpriv --reuid nobody --regid nogroup --clear-groups "$@"); }	# no other way for him
content() { e2fsck -fn "$I" > check 2>&1 || { cat check; die "not content"; }; }

mount -t rumpfs.ext4 "$I" "$M"
mkdir -m 777 "$M/all"
as_nobody dd if=/dev/zero of=f bs=1M count=3 conv=fsync status=none
as_nobody mkdir d
for i in $(seq 5); do as_nobody sh -c "echo $i > d/f$i"; done
cp "$M/all/f" "$M/all/roots"
chown games:games "$M/all/roots"
rm "$M/all/d/f3"
as_nobody truncate -s 1M f
unmnt
content

# Limits of 8 files and 2 MiB, as setquota(8) would have them written: in the entry of who has 6 files,
# by struct v2r1_disk_dqblk of linux/fs/quota/quotaio_v2.h. The user's number is also his group's.
python3 - "$I" <<- 'END'
	import struct, sys
	entry = struct.pack('<IIQQQ', 65534, 0, 0, 0, 6)
	image = open(sys.argv[1], 'rb').read()
	at = image.find(entry)
	assert at > 0, 'nobody has not 6 files'
	with open(sys.argv[1], 'r+b') as f:
	    while at > 0:
	        f.seek(at + 8)
	        f.write(struct.pack('<Q', 8))
	        f.seek(at + 32)
	        f.write(struct.pack('<Q', 2048))
	        at = image.find(entry, at + 1)
END
mount -t rumpfs.ext4 -o usrquota,grpquota "$I" "$M"
as_nobody dd if=/dev/zero of=more bs=64k count=64 conv=fsync status=none 2> err && die "more than the quota"
has "$(cat err)" 'Disk quota exceeded'
rm "$M/all/more"
as_nobody touch seventh eighth
fails 1 'Disk quota exceeded' as_nobody touch ninth
dd if=/dev/zero of="$M/all/roots" bs=1M count=8 conv=fsync status=none
unmnt
content
