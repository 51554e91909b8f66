# SPDX-License-Identifier: GPL-2.0-only
# An FFS that must not be written to is mounted read-only, with the reason, and stays so.
patch() { python3 -c 'import struct, sys
file, at, form, value = sys.argv[1:]
f = open(file, "r+b"); f.seek(int(at)); f.write(struct.pack(form, int(value, 0)))' "$@"; }
field() { echo $(($1 == 1 ? 8192 + $2 : 65536 + $2)); }	# VERSION OFFSET

refuses_to_write() {	# IMAGE PATTERN
	local out
	out=$(mount -t rumpfs.ffs "$1" "$M" 2>&1)
	has "$out" "mounted read-only: $2"
	has "$(findmnt -no OPTIONS "$M")" '^ro'
	fails 1 'Read-only file system' touch "$M/new"
	fails 32 . mount -o remount,rw "$M"
	fails 1 'Read-only file system' touch "$M/new"
	unmnt "$M" "$1"
	cmp "$1" "$W/untouched"
	has_not "$(mount -t rumpfs.ffs -o ro "$1" "$M" 2>&1)" 'read-only'	# no news to one who asked
	unmnt "$M" "$1"
	cmp "$1" "$W/untouched"
}
for kind in ffs1-le ffs1-be ffs2-le ffs2-be; do
	v=${kind:3:1} e='<'
	[ "${kind#*-}" = le ] || e='>'
	while read -r clean flags hash pattern; do
		make_fs "$kind"
		patch "$I" "$(field "$v" 209)" B "$clean"
		patch "$I" "$(field "$v" 1312)" "${e}I" "$flags"
		patch "$I" "$(field "$v" 1308)" "${e}I" "$hash"
		cp "$I" "$W/untouched"
		refuses_to_write "$I" "$pattern"
	done <<- EOF
		0 0 0 .*not unmounted cleanly
		2 0 0 .*not unmounted cleanly
		0 0x100 0 .*WAPBL
		1 0x0a 0 .*SU\+J
		1 0x40 0 .*gjournal
		1 4 0 .*in need of fsck
		1 0x200 $([ "$v" = 1 ] && echo '0 .*quotas' || echo '7 .*check hashes')
	EOF
done

# Where Debian's makefs puts the superblock of UFS2 the driver does not look.
need makefs
mkdir "$W/root"
makefs -t ffs -s 16m -o version=2 "$I" "$W/root" > /dev/null
fails 32 'superblock of UFS2 is at 8 KiB' mount -t rumpfs "$I" "$M"
nothing_left
