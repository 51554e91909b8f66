# SPDX-License-Identifier: GPL-2.0-only
# Folders in which names match in any case (chattr +F) of ext4 and F2FS: by any spelling, also one that the host has never
# seen or has seen not to be there; other folders of the same file system tell case.
# variants: ext4 f2fs
case $VARIANT in
ext4)
	need e2fsck
	truncate -s 64M "$I"
	mkfs.ext4 -qF -O casefold -E encoding=utf8 "$I"
	;;
f2fs)
	need mkfs.f2fs
	truncate -s 100M "$I"
	mkfs.f2fs -q -f -O casefold -C utf8 "$I" > /dev/null
	;;
esac
check() { if [ "$VARIANT" = ext4 ]; then e2fsck -fn "$I" > check 2>&1 || { cat check; die "e2fsck"; }; else check_fs f2fs; fi; }
mount -t rumpfs "$I" "$M"
mkdir "$M/fold" "$M/tell"
chattr +F "$M/fold"
has "$(lsattr -d "$M/fold")" '^[^ ]*F'
cat > folds.py <<- 'END'
	import errno, os, sys, time
	fold, tell = sys.argv[1:]
	def fails(code, call, *args):
	    try: call(*args)
	    except OSError as e: assert e.errno == code, (code, e)
	    else: assert False, ('done', args)
	def put(path, text, flags=os.O_CREAT):
	    fd = os.open(path, os.O_RDWR | flags, 0o644); os.write(fd, text); os.close(fd)
	def get(path):
	    with open(path, 'rb') as f: return f.read()
	def there(path): return os.path.exists(path)
	def soon(true, what):
	    # What the host remembers of the other spelling is taken from it when it has the answer: a moment later.
	    end = time.monotonic() + 5
	    while not true():
	        assert time.monotonic() < end, what
	def gone(*paths): soon(lambda: not any(there(p) for p in paths), paths)

	# A name that was not there, in one spelling, is there once it is made in another.
	assert not there(fold + '/README') and not there(fold + '/readme')
	put(fold + '/Readme', b'one')
	for name in ('README', 'readme', 'Readme', 'rEADME'):
	    assert get(f'{fold}/{name}') == b'one', name
	    assert os.stat(f'{fold}/{name}').st_ino == os.stat(fold + '/Readme').st_ino
	fails(errno.EEXIST, put, fold + '/README', b'', os.O_CREAT | os.O_EXCL)
	fails(errno.EEXIST, os.mkdir, fold + '/readME')
	fails(errno.EEXIST, os.symlink, 'x', fold + '/readME')
	fails(errno.EEXIST, os.link, fold + '/Readme', fold + '/README')
	put(fold + '/README', b'two')		# no second file
	assert get(fold + '/Readme') == b'two'
	assert os.listdir(fold) == ['Readme'], os.listdir(fold)
	# As Unicode has it: also what is written in two ways.
	put(fold + '/Gr\u00fc\u00dfe', b'ue')
	for name in ('GR\u00dc\u00dfE', 'gru\u0308\u00dfe', 'GRU\u0308SSE'):
	    assert get(f'{fold}/{name}') == b'ue', name
	os.unlink(fold + '/GR\u00dcSSE')
	gone(fold + '/Gr\u00fc\u00dfe')

	# Another spelling of itself, which is the same name to these drivers: it stays as it is.
	os.rename(fold + '/Readme', fold + '/README')
	assert os.listdir(fold) == ['Readme'], os.listdir(fold)
	assert get(fold + '/readme') == get(fold + '/Readme') == b'two'
	os.rename(fold + '/readme', fold + '/readme')
	put(fold + '/other', b'other')
	os.rename(fold + '/OTHER', fold + '/readmE')		# over it
	assert len(os.listdir(fold)) == 1 and get(fold + '/README') == b'other'
	gone(fold + '/other', fold + '/Other')
	os.unlink(fold + '/ReadMe')
	gone(*(f'{fold}/{name}' for name in ('README', 'readme', 'Readme', 'ReadMe')))
	# The same again, with folders, and what is below them; folders in such a folder are like it.
	os.makedirs(fold + '/Dir/Sub')
	put(fold + '/DIR/SUB/File', b'deep')
	assert get(fold + '/dir/sub/FILE') == b'deep'
	os.rename(fold + '/dir', fold + '/DIRECTORY')
	gone(fold + '/Dir')
	assert get(fold + '/Directory/suB/fiLe') == b'deep'
	os.chdir(fold + '/directory/sub')
	assert os.getcwd().lower().endswith('/directory/sub') and get('FILE') == b'deep'
	os.chdir('/')
	fails(errno.ENOTEMPTY, os.rmdir, fold + '/directory')
	os.unlink(fold + '/directorY/sub/file'); os.rmdir(fold + '/directory/SUB'); os.rmdir(fold + '/DIRectory')
	assert os.listdir(fold) == []
	# Many, looked for by other spellings, and with attributes from the listing.
	for i in range(300): put(f'{fold}/Name-{i}', b'%d' % i)
	for e in os.scandir(fold): e.stat()
	for i in range(300): assert get(f'{fold}/nAME-{i}') == b'%d' % i
	for i in range(0, 300, 2): os.unlink(f'{fold}/NAME-{i}')
	gone(*(f'{fold}/{name}-{i}' for i in range(0, 300, 2) for name in ('Name', 'name', 'NAME')))
	for i in range(1, 300, 2): assert there(f'{fold}/Name-{i}') and there(f'{fold}/name-{i}'), i
	assert len(os.listdir(fold)) == 150
	# Open, removed by another spelling, and made anew.
	put(fold + '/open', b'old')
	with open(fold + '/Open', 'rb') as f:
	    os.unlink(fold + '/OPEN'); put(fold + '/oPen', b'new')
	    assert f.read() == b'old'
	soon(lambda: get(fold + '/open') == b'new', 'made anew')

	# The other folder is like any.
	put(tell + '/a', b'a'); put(tell + '/A', b'A')
	assert get(tell + '/a') == b'a' and get(tell + '/A') == b'A' and len(os.listdir(tell)) == 2
	assert not there(tell + '/b'); put(tell + '/B', b'B'); assert not there(tell + '/b')
	os.rename(tell + '/B', tell + '/b'); assert not there(tell + '/B')
	# From one to the other.
	os.rename(tell + '/A', fold + '/Moved'); assert get(fold + '/MOVED') == b'A' and not there(tell + '/A')
	os.rename(fold + '/moved', tell + '/Moved'); assert not there(tell + '/moved') and get(tell + '/Moved') == b'A'
	gone(fold + '/Moved', fold + '/MOVED')
END
python3 folds.py "$M/fold" "$M/tell"
fails 1 'not empty|Directory not empty' chattr -F "$M/fold"
ls "$M/fold" | sort > names
unmnt
check
mount -t rumpfs "$I" "$M"
ls "$M/fold" | sort | cmp - names
is "$(cat "$M/fold/NAME-299")" 299
is "$(cat "$M/tell/Moved")" A
[ ! -e "$M/tell/moved" ] || die "a folder that does not fold"
rm -r "$M/fold"
mkdir "$M/Fold"
[ ! -e "$M/fold" ] || die "its parent folds"
unmnt
check
