# SPDX-License-Identifier: GPL-2.0-only
# Btrfs' checksums, two of them by instructions of the processor: what we write, its own checker holds against its
# own C; what that has written before, and what was spoilt since, we find.
# variants: crc32c xxhash sha256 blake2
need mkfs.btrfs
random "$W/data" 5000000
mkdir "$W/root"
cp "$W/data" "$W/root/theirs"
truncate -s 150M "$I"
mkfs.btrfs -qf -m single -d single --csum "$VARIANT" -r "$W/root" "$I" > /dev/null
mount -t rumpfs "$I" "$M"
cmp "$W/data" "$M/theirs"
# All lengths of a last block, and what is changed in place.
cp "$W/data" "$M/ours"
for n in 1 31 32 33 4095 4097 65537; do head -c $n "$W/data" > "$M/n$n"; done
dd if=/dev/zero of="$M/ours" bs=4096 seek=100 count=3 conv=notrunc status=none
unmnt
btrfs check --check-data-csum "$I" > check 2>&1 || { cat check; die "not content"; }
has "$(cat check)" 'no error found'
at=$(python3 -c 'import sys
image, data = (open(f, "rb").read() for f in sys.argv[1:])
print(image.find(data[500 * 4096:501 * 4096]))' "$I" "$W/data")
printf 'x' | dd of="$I" bs=1 seek=$((at + 1000)) conv=notrunc status=none
mount -t rumpfs "$I" "$M"
bad=0
for f in ours theirs; do cat "$M/$f" > /dev/null 2> err || { has "$(cat err)" 'Input/output error'; bad=$((bad + 1)); }; done
is "$bad" 1
has "$(rumpfs log "$M")" 'csum failed'
unmnt
