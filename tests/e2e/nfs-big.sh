# SPDX-License-Identifier: GPL-2.0-only
# NFS: files that are too big for the rump kernel's memory, which are read past its page cache: what is there is read, after another
# client has changed it, while it is written here, and as long as it is.
# timeout: 200
own_network
need python3
mkdir "$EXPORT" "$W/b"
ganesha_start
cat > "$W/big.py" <<'END2'
import os, random, sys, threading, time
here, there, rounds = sys.argv[1] + '/f', sys.argv[2] + '/f', int(sys.argv[3])
MIB = 1 << 20
rnd = random.Random(1)

def put(data, at=0):
    f = os.open(there, os.O_WRONLY | os.O_CREAT)
    os.pwrite(f, data, at)
    os.close(f)

def whole(f):
    """Past the host's cache."""
    os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)
    out = bytearray()
    while piece := os.pread(f, 256 << 10, len(out)):
        out += piece
    return bytes(out)

def same(a, b, what):
    assert len(a) == len(b), (what, len(a), len(b))
    assert a == b, (what, next(i for i in range(len(a)) if a[i] != b[i]))

data = bytearray(rnd.randbytes(24 * MIB + 4321))
put(data)
held = os.open(here, os.O_RDONLY)
for n in range(rounds):
    # Another client changes and closes; who opens then sees it, who has had it open all the time a second later.
    at = rnd.randrange(len(data) - MIB)
    data[at:at + MIB] = rnd.randbytes(MIB)
    put(bytes(data[at:at + MIB]), at)
    f = os.open(here, os.O_RDONLY)
    same(whole(f), data, 'opened')
    time.sleep(1.1)     # actimeo=1
    same(whole(held), data, 'held')
    os.close(f)

    # Its size, up and down.
    size = rnd.choice((13 * MIB + 77, 20 * MIB, 25 * MIB + 1))
    os.truncate(there, size)
    data = data[:size] + bytes(max(0, size - len(data)))
    f = os.open(here, os.O_RDONLY)
    same(whole(f), data, 'truncated')
    os.close(f)

    # It is written here while it is read, in big pieces both.
    f = os.open(here, os.O_RDWR)
    stop = False
    def read_on():
        while not stop:
            whole(held)
    reader = threading.Thread(target=read_on)
    reader.start()
    for k in range(12):
        at, piece = rnd.randrange(11) * MIB, rnd.randbytes(rnd.choice((MIB, 300001)))
        os.pwrite(f, piece, at)
        data[at:at + len(piece)] = piece
        at = max(0, at - MIB)
        same(os.pread(f, 2 * MIB, at), data[at:at + 2 * MIB], 'written')
    os.close(f)
    stop = True
    reader.join()
    f = os.open(here, os.O_RDONLY)
    same(whole(f), data, 'closed')
    os.close(f)
    f = os.open(there, os.O_RDONLY)
    same(whole(f), data, 'there')
    os.close(f)
END2
rounds=2
[ "$FULL" = 0 ] || rounds=3
for v in 4.2 4.0 3; do
	for d in "$M" "$W/b"; do mount -t rumpfs.nfs -o "vers=$v,memsize=24M,actimeo=1" 127.0.0.1:/export "$d"; done
	python3 "$W/big.py" "$M" "$W/b" $rounds || die "NFS $v"
	rm "$M/f"
	umount "$M" "$W/b"
	ended 127.0.0.1:/export
done

# A soft mount whose server falls silent says so, and no zeros in place of what was not read.
random "$EXPORT/g" $((40 << 20))
mount -t rumpfs.nfs -o vers=3,memsize=24M,soft,timeo=10,retrans=1 127.0.0.1:/export "$M"
exec 3< "$M/g"
head -c 5000000 <&3 | cmp -n 5000000 - "$EXPORT/g"
kill -STOP "$GANESHA"
rest=0
cat <&3 > "$W/rest" 2> "$W/err" || rest=$?
kill -CONT "$GANESHA"
exec 3<&-
[ $rest != 0 ] || is "$(stat -c %s "$W/rest")" $(((40 << 20) - 5000000)) "a silent server, and no error"
cmp -n "$(stat -c %s "$W/rest")" -i 5000000:0 "$EXPORT/g" "$W/rest"
umount "$M"
nfs_stop
