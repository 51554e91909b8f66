#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ffsck_test.py IMAGE...: does ffsck.py find damage? Each image must be clean, and hold a
directory with entries, a file with an indirect block and one with fragments. Every kind of
damage is done to a copy in memory, one at a time; each must be found and be called by its name.
Then whole pieces are made rubbish, which must be survived within MEMORY.
"""
import random
import resource
import stat
import struct
import sys

import ffsck

MEMORY = 256 << 20


def check(image):
    fs = ffsck.Ffs(image, 0, True)
    try:
        fs.check()
    except ffsck.Enough:
        pass
    return fs


def rubbish(fs, good):
    """Random numbers, large and small, where a superblock, group, inode or directory has its own."""
    places = [(fs.base + 8, 1372 - 8)] + [(fs.group(c)['at'] + 20, 108) for c in range(fs.ncg)]
    for n, ino in fs.inodes.items():
        places.append(((fs.cgstart(n // fs.ipg) + fs.iblkno) * fs.fsize + n % fs.ipg * fs.isize, fs.isize))
        places += [(p * fs.fsize, fs.fsize) for p in ino.data.values()]
        places += [(p * fs.fsize, fs.bsize) for p in ino.ib if p]
    for _ in range(60):
        bad = bytearray(good)
        at, size = random.choice(places)
        for _ in range(random.choice((1, 1, 1, 8, 100))):
            value = random.choice((random.getrandbits(32), random.getrandbits(8), 1 << random.randrange(32), 0xffffffff))
            struct.pack_into(fs.e + 'I', bad, at + random.randrange(size // 4) * 4, value)
        try:
            check(bytes(bad))
        except (ffsck.NotFfs, struct.error, IndexError):
            pass


def damages(fs):
    """(what is done, [(offset, bytes)], a word of the complaint)"""
    e, c = fs.e, fs.ncg - 1
    groups = [fs.group(i) for i in range(fs.ncg)]

    def put(at, form, *values):
        return at, struct.pack(e + form, *values)

    def inode_at(n):
        return (fs.cgstart(n // fs.ipg) + fs.iblkno) * fs.fsize + n % fs.ipg * fs.isize

    def flip(at, n):
        return at + n // 8, bytes([fs.d[at + n // 8] ^ 1 << n % 8])

    size_at, ptr_at, blocks_at = (16, 112, 24) if fs.v2 else (8, 40, 104)
    blocks_form = 'Q' if fs.v2 else 'I'
    regular = [(n, i) for n, i in fs.inodes.items() if i.fmt == stat.S_IFREG]
    big, b = next((n, i) for n, i in regular if i.ib[0])
    small, s = next((n, i) for n, i in regular if 0 < i.size < fs.bsize - fs.fsize and i.db[0])
    folder, f = next((n, i) for n, i in fs.inodes.items() if i.fmt == stat.S_IFDIR and n != ffsck.ROOT)
    first = f.db[0] * fs.fsize	# "." 12 bytes, ".." 12 bytes, then a name
    yield 'not clean', [(fs.base + 209, b'\0')], 'not marked clean'
    yield 'free block count', [put(groups[c]['at'] + 28, 'i', groups[c]['cs'][1] + 1)], 'free blocks'
    yield 'inode count', [put(groups[0]['at'] + 32, 'i', groups[0]['cs'][2] - 1)], 'free blocks, inodes'
    yield 'directory count', [put(groups[0]['at'] + 24, 'i', groups[0]['cs'][0] + 1)], 'directories'
    yield 'runs of fragments', [put(groups[0]['at'] + 56, 'i', groups[0]['frsum'][1] + 1)], 'runs of free'
    yield 'magic of a group', [put(groups[c]['at'] + 4, 'I', 1)], 'magic'
    yield 'summary area', [put(fs.csaddr * fs.fsize + 4, 'i', 1)], 'summary of group 0'
    total = fs.base + (1008 if fs.updated else 192)
    yield 'totals', [put(total, 'q' if fs.updated else 'i', 77)], 'totals'
    yield 'used fragment marked free', [flip(groups[0]['at'] + groups[0]['free'], 0)], 'used and marked free'
    spare = next(n for n in range(groups[c]['ndblk']) if fs.owner[c * fs.fpg + n] == ffsck.NOBODY)
    yield 'free fragment marked used', [flip(groups[c]['at'] + groups[c]['free'], spare)], "nobody's"
    yield 'used inode marked free', [flip(groups[small // fs.ipg]['at'] + groups[small // fs.ipg]['iused'],
                                         small % fs.ipg)], 'not marked used'
    yield 'free inode marked used', [flip(groups[c]['at'] + groups[c]['iused'], fs.ipg - 1)], 'not in use'
    if fs.contig > 0:
        yield 'map of clusters', [flip(groups[c]['at'] + groups[c]['cluster'], groups[c]['nclusters'] - 1)], 'clusters'
        yield 'sum of clusters', [put(groups[c]['at'] + groups[c]['clustersum'] + 4, 'i', 99)], 'clusters are'
    yield 'two owners', [put(inode_at(small) + ptr_at, fs.pform, b.db[0])], 'belongs to'
    yield 'an owner of metadata', [put(inode_at(small) + ptr_at, fs.pform, fs.sblkno)], 'the metadata'
    yield 'a block outside', [put(inode_at(small) + ptr_at, fs.pform, fs.size)], 'outside'
    yield 'a bad indirect block', [put(b.ib[0] * fs.fsize, fs.pform, -5)], 'outside'
    yield 'a block behind the end', [put(inode_at(small) + ptr_at + fs.psize * 3, fs.pform, b.db[0])], 'behind the end'
    yield 'count of sectors', [put(inode_at(small) + blocks_at, blocks_form, s.blocks + 2)], 'sectors'
    yield 'size too large', [put(inode_at(small) + size_at, 'Q', s.size + fs.bsize)], 'sectors'
    yield 'link count', [put(inode_at(small) + 2, 'h', s.nlink + 1)], 'links instead'
    yield 'mode', [put(inode_at(small), 'H', 0o050644)], 'of no type'
    yield 'inode is free', [put(inode_at(small), 'H', 0)], 'which is free'
    yield 'number in "."', [put(first, 'I', ffsck.ROOT)], '"." is 2'
    yield 'number in ".."', [put(first + 12, 'I', folder)], '".." is'
    yield 'record length', [put(first + 4, 'H', 13)], 'record of'
    yield 'record over the end', [put(first + 16, 'H', 508)], 'record of'
    yield 'name with a slash', [(first + 24 + 8, b'/')], 'bad name'
    yield 'type of an entry', [(first + 24 + 6, b'\6')], 'is of type'
    yield 'size of a directory', [put(inode_at(folder) + size_at, 'Q', f.size + 4)], 'bytes'
    yield 'hole in a directory', [put(inode_at(folder) + ptr_at, fs.pform, 0)], 'hole'


def main(argv):
    random.seed(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    done = 0
    for path in argv[1:]:
        with open(path, 'rb') as f:
            good = f.read()
        fs = check(good)
        assert not fs.errors, (path, fs.errors)
        for what, changes, word in damages(fs):
            bad = bytearray(good)
            for at, data in changes:
                assert bad[at:at + len(data)] != data, f'{path}: {what}: that is no change'
                bad[at:at + len(data)] = data
            errors = check(bytes(bad)).errors
            assert any(word in x for x in errors), f'{path}: {what}: no "{word}" in {errors[:5]}'
            done += 1
        for _ in range(20):		# any bit of the maps
            c = random.randrange(fs.ncg)
            g = fs.group(c)
            name, count = random.choice((('free', g['ndblk']), ('iused', fs.ipg)))
            n = random.randrange(count)
            bad = bytearray(good)
            bad[g['at'] + g[name] + n // 8] ^= 1 << n % 8
            assert check(bytes(bad)).errors, f'{path}: bit {n} of the {name} map of group {c}'
            done += 1
        rubbish(fs, good)
    print(f'{done} kinds of damage found')


main(sys.argv)
