# SPDX-License-Identifier: GPL-2.0-only
# Ten thousand long names in one FAT directory, with 32 MiB for the rump kernel: made, found in any case and by alias, removed.
# variants: uring pool
# timeout: 300
fat "$I" 32 128
mnt memsize=32M
mkdir "$M/d"
cat > names.py <<- 'END'
	import os, sys
	d, what = sys.argv[1:]
	N = 10000
	name = lambda i: f'Ein ziemlich langer Name für Datei {i:05}.txt'
	kept = [i for i in range(N) if i % 3 or what == 'make']
	if what == 'make':
	    for i in range(N):
	        os.close(os.open(f'{d}/{name(i)}', os.O_CREAT | os.O_EXCL | os.O_WRONLY))
	    for i in range(0, N, 3):
	        os.unlink(f'{d}/{name(i).replace("Name", "NAME")}')
	    for i in range(0, N, 3):
	        assert not os.path.exists(f'{d}/{name(i)}')
	    for i in range(1, N, 300):
	        try:
	            os.close(os.open(f'{d}/{name(i).replace("EIN", "ein")}', os.O_CREAT | os.O_EXCL | os.O_WRONLY))
	            sys.exit('made twice')
	        except FileExistsError:
	            pass
	elif what == 'look':
	    assert set(os.listdir(d)) == {name(i) for i in kept}
	    for i in range(N):
	        assert os.path.exists(f'{d}/{name(i).replace("ziemlich", "ZIEMLICH")}') == (i % 3 != 0), i
	elif what == 'alias':	# the second of all took the second short name
	    assert os.path.samefile(f'{d}/EINZIE~2.TXT', f'{d}/{name(1)}')
	elif what == 'rename':
	    for i in kept[:3000]:
	        os.rename(f'{d}/{name(i)}', f'{d}/../{i}.neu')
	    for i in kept[:3000]:
	        os.rename(f'{d}/../{i}.neu', f'{d}/{name(i)}')
END
python3 names.py "$M/d" make
unmnt
clean
mnt memsize=32M
python3 names.py "$M/d" look
python3 names.py "$M/d" alias
python3 names.py "$M/d" rename
python3 names.py "$M/d" look || die "after renames"
unmnt
clean
MTOOLS_SKIP_CHECK=1 mdir -b -i "$I" ::/d | wc -l | { read -r n; is "$n" 6666; }
mnt memsize=32M
rm -r "$M/d"
is "$(ls -A "$M" | wc -l)" 0
unmnt
clean
