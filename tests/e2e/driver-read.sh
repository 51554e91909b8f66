# SPDX-License-Identifier: GPL-2.0-only
# Drivers that only read: found by probing, mounted read-only with a word about it, everything is there.
# variants: iso-rock iso-joliet iso-plain iso-zisofs hfs hfsplus udf-dvd squashfs-gzip squashfs-xz squashfs-lzo squashfs-lz4 squashfs-zstd erofs erofs-lz4 romfs cramfs bfs
type=${VARIANT%%-*} how=${VARIANT#*-} mode=ro
mkdir -p "$W/root/folder/deep" "$W/root/empty"
random "$W/root/folder/data.bin" 700000
yes 'a line that compresses well' 2> /dev/null | head -c 900000 > "$W/root/folder/text.txt" || true
echo small > "$W/root/folder/deep/small.txt"
ln -s folder/data.bin "$W/root/link"
ln "$W/root/folder/data.bin" "$W/root/hard.bin"
for i in $(seq 200); do echo "$i" > "$W/root/folder/deep/n$i.txt"; done
case $VARIANT in
iso-rock) need xorriso; xorriso -as mkisofs -quiet -R -o "$I" "$W/root" ;;
iso-joliet) need xorriso; rm "$W/root/link"; xorriso -as mkisofs -quiet -J -joliet-long -o "$I" "$W/root" --norock ;;
iso-plain) need xorriso; rm "$W/root/link"; xorriso -as mkisofs -quiet -iso-level 3 --norock -o "$I" "$W/root" ;;
iso-zisofs) need xorriso; xorriso -outdev "$I" -padding 0 -map "$W/root" / -set_filter_r --zisofs / -- ;;
hfs)
	need hformat
	rm "$W/root/link" "$W/root/hard.bin"
	truncate -s 8M "$I"
	export HOME=$W			# hfsutils keep there what is mounted
	hformat -l x "$I"
	hmount "$I"
	(cd "$W/root" && find . -mindepth 1 -type d | sort) | while read -r d; do hmkdir "$(echo "$d" | sed 's|^\.||; s|/|:|g')"; done
	(cd "$W/root" && find . -type f) | while read -r f; do hcopy -r "$W/root/$f" "$(echo "$f" | sed 's|^\.||; s|/|:|g')"; done
	humount
	;;
hfsplus) need xorriso; rm "$W/root/hard.bin"; xorriso -as mkisofs -quiet -R -hfsplus -o "$I" "$W/root" ;;
udf-dvd) need genisoimage; rm "$W/root/link"; genisoimage -quiet -udf -V x -o "$I" "$W/root" ;;
squashfs-*) need mksquashfs; mksquashfs "$W/root" "$I" -comp "$how" -quiet -no-progress ;;
erofs) need mkfs.erofs; mkfs.erofs "$I" "$W/root" ;;
erofs-lz4) need mkfs.erofs; mkfs.erofs -zlz4hc "$I" "$W/root" ;;
romfs) need genromfs; genromfs -f "$I" -d "$W/root" ;;
cramfs) need mkfs.cramfs; mkfs.cramfs "$W/root" "$I" ;;
bfs)
	cp "$W/root/folder/"*.* "$W/root/folder/deep/"* "$W/root"
	rm -r "$W/root/folder" "$W/root/empty" "$W/root/link" "$W/root/hard.bin" "$W/root/"n??.txt "$W/root/"n1??.txt
	truncate -s 4M "$I"
	"$TOP/tests/fs/mkold.py" bfs "$I" "$W/root"
	;;
esac > "$W/.mkfs" 2>&1 || { cat "$W/.mkfs"; die "making the image"; }
[ "$type" = iso ] && type=iso9660
case $VARIANT in
hfsplus) out=$(mount -t rumpfs.hfsplus "$I" "$M" 2>&1) ;;	# it is an ISO 9660 as well
udf-dvd) out=$(mount -t rumpfs.udf "$I" "$M" 2>&1) ;;
*) out=$(mount -t rumpfs "$I" "$M" 2>&1) ;;
esac
has "$out" 'read-only'
has "$(findmnt -no OPTIONS "$M")" '^ro'
is "$(findmnt -no FSTYPE "$M")" "fuse.rumpfs.$type"
fails 1 'Read-only file system' touch "$M/new"
fails 32 . mount -o remount,rw "$M"
case $VARIANT in
iso-plain) for f in folder/data.bin folder/text.txt folder/deep/small.txt; do cmp "$W/root/$f" "$M/$f"; done ;;
*) diff -r --no-dereference "$W/root" "$M" ;;
esac
[ ! -L "$W/root/link" ] || is "$(readlink "$M/link")" folder/data.bin
unmnt
