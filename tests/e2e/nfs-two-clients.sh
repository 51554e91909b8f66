# SPDX-License-Identifier: GPL-2.0-only
# Two mounts of one export and a process of the server, by each version: what one has closed the
# others see when they open, whoever removed, renamed or made what; a file that stays open changes when
# attributes expire; locks of NFS 4 exclude each other, and what was written under one is read under the next.
# timeout: 240
own_network
need python3
mkdir "$EXPORT" "$W/other"
# This server remembers attributes for a minute, unless told that others change its files too.
ganesha_start "$EXPORT" 'Graceless = true;' 'Attr_Expiration_Time = 0;'
O=$W/other
cat > "$W/check.py" <<'END'
import fcntl, mmap, os, sys, threading, time
a, b, s, version = sys.argv[1:]
everywhere = [a, b, s]

def put(where, name, data, flags=0):
    fd = os.open(f'{where}/{name}', os.O_WRONLY | os.O_CREAT | (flags or os.O_TRUNC), 0o644)
    os.write(fd, data)
    os.close(fd)

def get(where, name):
    fd = os.open(f'{where}/{name}', os.O_RDONLY)
    try:
        data = b''
        while piece := os.read(fd, 1 << 20):
            data += piece
        size = os.fstat(fd).st_size
        assert size == len(data), f'{where}/{name}: {len(data)} bytes read, the size is {size}'
        return data
    finally:
        os.close(fd)

def same(name, data, what):
    for where in everywhere:
        got = get(where, name)
        assert got == data, f'{what}: {where}/{name} has {len(got)} bytes {got[:20]!r} not {len(data)} {data[:20]!r}'

def missing(where, name):
    try:
        os.close(os.open(f'{where}/{name}', os.O_RDONLY))
    except FileNotFoundError:
        return True
    return False

# Written by one, read by all, longer and shorter; everybody has the old contents cached.
n = 0
for size in (10, 5000, 70000, 3, 5000, 4096, 1):
    for where in everywhere:
        n += 1
        data = (b'%03d' % n) * (size // 3 + 1)
        put(where, 'f', data)
        same('f', data, 'rewritten')
        put(where, 'f', b'+more', os.O_APPEND)
        same('f', data + b'+more', 'appended to')

# The same through a map of a file opened just now.
for where, other in ((a, b), (b, a), (s, a)):
    data = where.encode() * 1000
    put(where, 'f', data)
    with open(f'{other}/f', 'rb') as f:
        assert os.fstat(f.fileno()).st_size == len(data)
        assert mmap.mmap(f.fileno(), 0, prot=mmap.PROT_READ)[:] == data, 'a map shows what was there before'

# Made by one while the other believes that it does not exist.
for i, (where, other) in enumerate(((a, b), (b, a), (s, a), (s, b))):
    name = f'new{i}'
    assert missing(other, name)
    put(where, name, b'much longer contents than what comes')
    put(other, name, b'short')
    same(name, b'short', 'truncated by who thought to make it')
    name = f'excl{i}'
    assert missing(other, name)
    put(where, name, b'first')
    try:
        put(other, name, b'second', os.O_EXCL)
    except FileExistsError:
        pass
    else:
        raise AssertionError('O_EXCL made what another client had made')
    same(name, b'first', 'exclusive')

# Another file by the same name, while its predecessor is known and open.
for where, other in ((a, b), (b, a), (s, a), (s, b)):
    put(where, 'f', b'old')
    with open(f'{other}/f', 'rb') as old:
        put(where, 'g', b'new')
        os.rename(f'{where}/g', f'{where}/f')
        # NFS 4.0 opens by name. The others open the file that they know, and may take a name for what it was as long
        # as the attributes of the directory are good (a second, actimeo=1) and the file is still there.
        replaced = time.monotonic()
        got = get(other, 'f')
        if got != b'new':
            assert version != '4.0', f'after rename {other} sees {got!r}'
            time.sleep(max(0, replaced + 1.3 - time.monotonic()))
            got = get(other, 'f')
            assert got == b'new', f'1.3 seconds after rename {other} sees {got!r}'

# Removing: at once if nobody has it open, else when it is closed; never a name left over.
def silly():
    return [n for n in os.listdir(s) if n.startswith('.nfs')]
for where in (a, b):
    put(where, 'gone', b'x')
    os.link(f'{where}/gone', f'{where}/link')
    os.stat(f'{where}/link')
    os.unlink(f'{where}/gone')
    assert not silly(), 'removed by renaming though nobody had it open'
    assert get(where, 'link') == b'x'
    f = open(f'{where}/link', 'r+b')
    os.unlink(f'{where}/link')
    assert missing(where, 'link')
    assert len(silly()) == 1
    assert f.read() == b'x'
    f.write(b'y'); f.flush()
    assert os.fstat(f.fileno()).st_size == 2
    f.close()
    os.mkdir(f'{where}/dir')
    put(where, 'dir/f', b'x')
    f = open(f'{where}/dir/f')
    os.unlink(f'{where}/dir/f')
    f.close()
    os.rmdir(f'{where}/dir')
    assert not silly()
    # Over one that is open, and over one that is not.
    for hold in (False, True):
        put(where, 'from', b'from')
        put(where, 'to', b'to')
        f = open(f'{where}/to') if hold else None
        os.rename(f'{where}/from', f'{where}/to')
        assert get(where, 'to') == b'from'
        if f:
            assert f.read() == 'to'
            f.close()
        os.unlink(f'{where}/to')
    deadline = time.time() + 5
    while silly():
        assert time.time() < deadline, silly()
        time.sleep(0.01)

# A file that stays open: attributes are good for a second (actimeo=1).
for where, other in ((a, b), (s, a)):
    put(where, 'f', b'a' * 10000)
    fd = os.open(f'{other}/f', os.O_RDONLY)
    assert os.pread(fd, 10000, 0) == b'a' * 10000
    f = os.open(f'{where}/f', os.O_WRONLY)
    os.pwrite(f, b'b' * 10000, 0)
    os.close(f)
    deadline = time.time() + 10
    while os.pread(fd, 10000, 0) != b'b' * 10000:
        assert time.time() < deadline, 'a file that stays open never changes'
        time.sleep(0.05)
    os.close(fd)

if version == '3':
    sys.exit()

# A lock held on one side is not had on the other.
fa, fb = (open(f'{p}/f', 'r+b') for p in (a, b))
fcntl.lockf(fa, fcntl.LOCK_EX | fcntl.LOCK_NB)
try:
    fcntl.lockf(fb, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    pass
else:
    sys.exit('two clients hold one lock')
fcntl.lockf(fa, fcntl.LOCK_UN)
fcntl.lockf(fb, fcntl.LOCK_EX | fcntl.LOCK_NB)
fa.close()
fb.close()

# The same under locks, by maps that stay: what was changed under one is seen under the next, also if that began as
# one to read while this was made into one to read.
put(a, 'map', b'0'.rjust(8192))
fds = [os.open(f'{where}/map', os.O_RDWR) for where in (a, b)]
maps = [mmap.mmap(fd, 8192) for fd in fds]
for i in range(20):
    mine, other = i % 2, 1 - i % 2
    fcntl.lockf(fds[mine], fcntl.LOCK_EX)
    maps[mine][4096:4104] = b'%8d' % i
    fcntl.lockf(fds[mine], fcntl.LOCK_UN if i % 3 else fcntl.LOCK_SH)
    fcntl.lockf(fds[other], fcntl.LOCK_SH)
    got = maps[other][4096:4104]
    assert got == b'%8d' % i, f'under a lock a map shows {got} instead of {i}'
    for fd in fds:
        fcntl.lockf(fd, fcntl.LOCK_UN)
for fd, m in zip(fds, maps):
    m.close()
    os.close(fd)

# A thread writes while another unlocks: who unlocks does not wait until the driver writes back by itself, in 30 s.
fd, done = os.open(f'{a}/count', os.O_RDWR | os.O_CREAT), threading.Event()
def scribble():
    while not done.is_set():
        os.pwrite(fd, b'x' * 100, 8192)
writer = threading.Thread(target=scribble)
writer.start()
for i in range(50):
    fcntl.lockf(fd, fcntl.LOCK_EX, 8)
    begin = time.monotonic()
    fcntl.lockf(fd, fcntl.LOCK_UN, 8)
    took = time.monotonic() - begin
    assert took < 15, f'an unlock took {took:.1f} s'
done.set()
writer.join()
os.close(fd)

# A counter under a lock, in files that stay open.
put(a, 'count', b'0'.rjust(8))
kids = []
for where in (a, b, a, b):
    pid = os.fork()
    if not pid:
        fd = os.open(f'{where}/count', os.O_RDWR)
        for i in range(25):
            fcntl.lockf(fd, fcntl.LOCK_EX)
            n = int(os.pread(fd, 8, 0))
            os.pwrite(fd, b'%8d' % (n + 1), 0)
            fcntl.lockf(fd, fcntl.LOCK_UN)
        os._exit(0)
    kids.append(pid)
assert all(os.waitpid(pid, 0)[1] == 0 for pid in kids)
for where in everywhere:
    assert int(get(where, 'count')) == 100, (where, get(where, 'count'))
END
for v in 4.2 4.1 4.0 3; do
	mount -t rumpfs.nfs -o vers=$v,actimeo=1 127.0.0.1:/export "$M"
	mount -t rumpfs.nfs -o vers=$v,actimeo=1 127.0.0.1:/export "$O"
	timeout 100 python3 "$W/check.py" "$M" "$O" "$EXPORT" $v || die "NFS $v"
	umount "$M" "$O"
	rm -r "${EXPORT:?}"/*
done
nfs_stop
