# SPDX-License-Identifier: GPL-2.0-only
# Reads, writes and lists files on FAT12, 16 and 32, and again after a remount.
# variants: uring pool
random "$W/data" 1000000
for bits in 12:8 16:32 32:64; do
	fat "$I" "${bits%:*}" "${bits#*:}"
	mnt
	mkdir -p "$M/a/b/c"
	cp "$W/data" "$M/a/b/c/data"
	echo hello > "$M/hello.txt"
	ln -s x "$M/link" 2> /dev/null && die "FAT has no symbolic links"
	cmp "$W/data" "$M/a/b/c/data"
	is "$(cd "$M" && find . | sort | tr '\n' ' ')" ". ./a ./a/b ./a/b/c ./a/b/c/data ./hello.txt "
	unmnt
	clean
	mnt ro
	cmp "$W/data" "$M/a/b/c/data"
	is "$(cat "$M/hello.txt")" hello
	unmnt
	mcopy -i "$I" ::a/b/c/data "$W/copy"
	cmp "$W/data" "$W/copy"
	rm "$W/copy"
done
