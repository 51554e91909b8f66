# SPDX-License-Identifier: GPL-2.0-only
# A medium with bad sectors, and one that is pulled out while it is written to: errors to
# those who ask, the rest goes on, umount works, nothing hangs.
# variants: ext4 vfat ffs2-le
# timeout: 120
make_fs "$VARIANT" "$W/file"
mkdir "$W/bad"
"$BUILD/tests/baddisk" "$W/file" "$W/bad"
I=$W/bad/disk
control() { echo "$@" > "$W/bad/control"; }

# A sector that cannot be read.
mount -t rumpfs "$I" "$M"
random "$W/data" 3000000
cp "$W/data" "$M/one"
cp "$W/data" "$M/two"
unmnt
at=$(python3 -c 'import sys
image, data = (open(f, "rb").read() for f in sys.argv[1:])
print(image.find(data[1048576:1048576 + 4096]))' "$W/file" "$W/data")
((at > 0)) || die "the data is not in the image"
control read "$at" $((at + 512))
mount -t rumpfs "$I" "$M"
ok=0
for f in one two; do cmp "$W/data" "$M/$f" 2> "$W/err" && ok=$((ok + 1)) || has "$(cat "$W/err")" 'Input/output error'; done
((ok >= 1)) || die "one bad sector, and neither file can be read"
echo more > "$M/three"
is "$(cat "$M/three")" more
unmnt
control good
mount -t rumpfs "$I" "$M"
cmp "$W/data" "$M/one"
cmp "$W/data" "$M/two"
is "$(cat "$M/three")" more
unmnt
check_fs "$VARIANT" "$W/file"

# Pulled out.
mount -t rumpfs "$I" "$M"
(while :; do timeout 20 dd if="$W/data" of="$M/w$((i = i + 1))" bs=256k conv=fsync status=none || exit; done) 2> "$W/err" &
writer=$!
until_true 20 test -s "$M/w2"
control gone
wait_end() { ! kill -0 "$writer" 2> /dev/null; }
until_true 40 wait_end || die "the writer hangs"
grep -q 'error\|No such device\|Read-only\|not connected' "$W/err" || { cat "$W/err"; die "the writer saw no error"; }
# It is not unmounted as if all were well, but it can be got rid of.
fails 32 'could not be written' timeout 30 umount "$M"
mounted "$M" || die "unmounted"
status=0
timeout 30 umount -f "$M" || status=$?		# it says what was lost
[ "$status" != 124 ] || die "umount -f hangs"
not_mounted "$M" || die "still mounted"
ended
control good
umount "$W/bad"
