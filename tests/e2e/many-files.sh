# SPDX-License-Identifier: GPL-2.0-only
# Thousands of files in a directory: all listed, found, removed.
# timeout: 300
fat "$I" 32 128
mnt
mkdir "$M/d"
python3 - "$M/d" <<- 'END'
	import os, sys
	d = sys.argv[1]; names = {f'a file with a long name, number {i}.data' for i in range(3000)}
	for n in names: open(f'{d}/{n}', 'w').close()
	assert set(os.listdir(d)) == names
	assert {e.name for e in os.scandir(d) if e.stat().st_size == 0} == names
	for n in sorted(names)[::2]: os.unlink(f'{d}/{n}')
	assert set(os.listdir(d)) == set(sorted(names)[1::2])
END
unmnt
clean
mnt
is "$(ls "$M/d" | wc -l)" 1500
rm -r "$M/d"
unmnt
clean
