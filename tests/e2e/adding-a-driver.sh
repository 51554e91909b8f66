# SPDX-License-Identifier: GPL-2.0-only
# docs/adding-a-driver.md, word by word: its files are written, its commands run, its driver mounts.
# timeout: 240
need ninja meson genromfs python3
[ "$BUILD" = "$TOP/build" ] || skip "the document is about a build in the folder \"build\", this one is in $BUILD"
[ -d "$BUILD/linux/obj" ] || skip "the kernel was built elsewhere"
python3 - "$TOP/docs/adding-a-driver.md" steps <<- 'END'
	import re, shlex, sys
	blocks = re.findall(r'^```(\w+) ?(\S*)\n(.*?)^```$', open(sys.argv[1]).read(), re.M | re.S)
	assert {kind for kind, _, _ in blocks} == {'sh', 'text'}, 'a block that is neither a file nor commands'
	lines = sum(text.count('\n') for kind, _, text in blocks if kind == 'text')
	assert 10 <= lines <= 30, f'a driver in {lines} lines'
	with open(sys.argv[2], 'w') as out:
	    for kind, name, text in blocks:
	        out.write(text if kind == 'sh' else f"cat > {shlex.quote(name)} <<'END OF FILE'\n{text}END OF FILE\n")
END
# In this tree, so that little is to be built, but what is written there is kept beside it and forgotten.
trap 'cd /; umount -l "$TOP" layers' EXIT
mkdir layers
mount -t tmpfs layers layers && mkdir layers/up layers/work
mount -t overlay tree -o "lowerdir=$TOP,upperdir=$W/layers/up,workdir=$W/layers/work" "$TOP"
(cd "$TOP" && bash -e -x "$W/steps") 2>&1 | cat > out || { tail -n 50 out; die "a step failed"; }
has "$(cat out)" '^hello from ROMFS$'
has "$(cat out)" 'fuse.rumpfs.romfs +ro'
has "$(cat out)" '\.component = "romfs",'
# Mistakes are said, as the document claims.
sed -i 's/^CONFIG_ROMFS_FS=y/CONFIG_ROMFS_FILESYSTEM=y/' "$TOP/fsdrivers/romfs/config"
fails 1 'the kernel does not accept:.* CONFIG_ROMFS_FILESYSTEM=y' ninja -C "$TOP/build" rumpkern/librumpkern-romfs.so
sed -i 's/^CONFIG_ROMFS_FILESYSTEM=y/CONFIG_ROMFS_FS=y/; ' "$TOP/fsdrivers/romfs/config"
sed -i 's/^writeback .*/writeback = perhaps/' "$TOP/fsdrivers/romfs/description"
fails 1 'fsdrivers/romfs/description:[0-9]+: .*writeback' python3 "$TOP/fsdrivers/generate.py" table /dev/null "$TOP/fsdrivers/romfs"
