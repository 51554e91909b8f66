#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ffsck.py [-q] [-d] IMAGE [OFFSET]: is this FFS consistent?

Checks UFS1 and UFS2 (4.4BSD's directories and inodes) of either byte order and
never writes: superblock and summary totals, cylinder groups (counts, maps of
inodes, fragments and clusters), who owns each fragment, sizes and block counts of
inodes, directories, link counts. One line for each inconsistency, MOST of them,
and exit status 1; 2 if it is no such file system. -d: it need not be marked clean.
-q: nothing when all is well. Whatever the image says, memory and time are bounded
by its size: a walk that goes astray meets inconsistencies, and ends at MOST. The layouts are those of 4.4BSD's <ufs/ffs/fs.h>,
<ufs/ufs/dinode.h> and <ufs/ufs/dir.h>.
"""
import array
import mmap
import stat
import struct
import sys

UFS1, UFS2, CG_MAGIC = 0x011954, 0x19540119, 0x090255
NDADDR, ROOT, DIRBLK = 12, 2, 512
NOBODY, META = 0, 0xffffffff	# owners of what is free; of superblocks, cylinder groups, inodes
MOST = 100		# inconsistencies that are looked for
CONTIG_MAX = 16		# FS_MAXCONTIG
TYPES = {stat.S_IFIFO: 1, stat.S_IFCHR: 2, stat.S_IFDIR: 4, stat.S_IFBLK: 6,
         stat.S_IFREG: 8, stat.S_IFLNK: 10, stat.S_IFSOCK: 12}


class NotFfs(Exception):
    """No file system of a kind that is known here."""


class Enough(Exception):
    """More inconsistencies than anybody reads."""


class Inode:
    """One allocated inode."""

    def __init__(self, mode, nlink, size, blocks, db, ib, extsize, extb):
        self.mode, self.nlink, self.size, self.blocks = mode, nlink, size, blocks
        self.db, self.ib, self.extsize, self.extb = db, ib, extsize, extb
        self.fmt = stat.S_IFMT(mode)
        self.frags = 0		# counted
        self.data = {}		# logical block: fragment, of directories


class Ffs:
    """The file system and what was found out about it."""

    def __init__(self, image, offset, need_clean):
        self.d, self.o, self.errors = image, offset, []
        self.need_clean = need_clean
        self.superblock()
        self.owner = array.array('I', [NOBODY]) * self.size	# of each fragment
        self.inodes = {}		# number: Inode
        self.used = []			# inode numbers that the maps call used

    def bad(self, text):
        self.errors.append(text)
        if len(self.errors) >= MOST:
            raise Enough

    def get(self, at, form):
        return struct.unpack_from(self.e + form, self.d, self.o + at)

    # --- superblock ------------------------------------------------------------

    def superblock(self):
        for base, want in ((65536, UFS2), (8192, UFS1), (8192, UFS2)):
            if self.o + base + 2048 > len(self.d):
                continue
            for self.e in '<>':
                if self.get(base + 1372, 'I')[0] == want:
                    break
            else:
                continue
            break
        else:
            raise NotFfs('neither a superblock of UFS1 at 8 KiB nor one of UFS2 at 64 or 8 KiB')
        self.base, self.v2 = base, want == UFS2
        (self.sblkno, self.cblkno, self.iblkno, self.dblkno, self.cgoffset, self.cgmask, _,
         old_size, _, self.ncg, self.bsize, self.fsize, self.frag) = self.get(base + 8, '13i')
        self.sbsize = self.get(base + 104, 'i')[0]
        old_csaddr, self.cssize, self.cgsize = self.get(base + 152, '3i')
        self.ipg, self.fpg = self.get(base + 184, '2i')
        self.clean, flags = self.get(base + 209, 'BxB')
        self.contig, self.maxsymlink, inodefmt = self.get(base + 1316, '3i')
        self.updated = self.v2 or flags & 0x80
        if self.v2:
            self.size, _, self.csaddr = self.get(base + 1080, '3q')
        else:
            self.size, self.csaddr = old_size, old_csaddr
            if inodefmt != 2:
                raise NotFfs('not in the format of 4.4BSD')
        sizes = (self.bsize, self.fsize, self.frag)
        if self.bsize not in (4096 << i for i in range(5)) or self.fsize * self.frag != self.bsize or \
           self.frag not in (1, 2, 4, 8) or self.ncg < 1 or self.fpg < self.frag or self.ipg < 1 or \
           not (self.ncg - 1) * self.fpg < self.size <= self.ncg * self.fpg or \
           self.contig > CONTIG_MAX or self.size > (len(self.d) - self.o) // self.fsize:
            raise NotFfs(f'impossible superblock: sizes {sizes}, {self.ncg} groups of {self.fpg}, '
                         f'{self.size} in all')
        self.psize, self.pform = (8, 'q') if self.v2 else (4, 'i')
        self.nindir = self.bsize // self.psize
        self.isize = 256 if self.v2 else 128
        if self.need_clean and self.clean != 1:
            self.bad(f'not marked clean: fs_clean is {self.clean}')
        if self.need_clean and self.get(base + 1312, 'I')[0] & 5:
            self.bad('marked as in need of fsck')

    def cgstart(self, c):
        return self.fpg * c + (0 if self.v2 else self.cgoffset * (c & ~self.cgmask))

    def own(self, first, count, who, what):
        """Fragments @first... belong to @who; how many of them are new and possible."""
        if first < 0 or first + count > self.size:
            self.bad(f'{what}: fragments {first}+{count} are outside the file system')
            return 0
        for f in range(first, first + count):
            other = self.owner[f]
            if other != NOBODY:
                self.bad(f'{what}: fragment {f} belongs to '
                         f'{"the metadata" if other == META else f"inode {other}"} too')
            self.owner[f] = who
        return count

    # --- cylinder groups ---------------------------------------------------------

    def metadata(self):
        for c in range(self.ncg):
            first = 0 if c == 0 else self.cgstart(c) + self.sblkno
            end = min(self.cgstart(c) + self.dblkno, self.size)
            self.own(first, end - first, META, f'group {c}')
        self.own(self.csaddr, -(-self.cssize // self.fsize), META, 'summary area')

    def group(self, c):
        at = (self.cgstart(c) + self.cblkno) * self.fsize
        magic, _, cgx = self.get(at + 4, '3I')
        if magic != CG_MAGIC or cgx != c:
            self.bad(f'group {c}: magic {magic:#x}, index {cgx}')
            return None
        g = {'at': at, 'cs': self.get(at + 24, '4i'), 'frsum': self.get(at + 52, '8i'),
             'ndblk': self.get(at + 20, 'i')[0]}
        (_, _, g['iused'], g['free'], _, g['clustersum'], g['cluster'],
         g['nclusters']) = self.get(at + 84, '8i')
        g['inited'] = self.get(at + 120, 'i')[0] if self.v2 else self.ipg
        want = min(self.fpg, self.size - self.fpg * c)
        if g['ndblk'] != want:
            self.bad(f'group {c}: {g["ndblk"]} fragments instead of {want}')
            g['ndblk'] = want
        for name, size in (('iused', -(-self.ipg // 8)), ('free', -(-self.fpg // 8))):
            if not 0 < g[name] <= self.cgsize - size:
                self.bad(f'group {c}: its {name} map is at {g[name]}')
                return None
        return g

    def bits(self, at, count):
        """The map at @at as a text of 0 and 1."""
        data = self.d[self.o + at:self.o + at + -(-count // 8)]
        return format(int.from_bytes(data, 'little'), f'0{len(data) * 8}b')[::-1][:count]

    def read_inodes(self, c, g):
        base = c * self.ipg
        self.used += [base + i for i, u in enumerate(self.bits(g['at'] + g['iused'], self.ipg)) if u == '1']
        start = (self.cgstart(c) + self.iblkno) * self.fsize
        end = start + min(g['inited'], self.ipg) * self.isize
        # Most are free: the two bytes of each one's mode say so.
        modes = [self.d[self.o + start + i:self.o + end:self.isize] for i in (0, 1)]
        for i, (high, low) in enumerate(zip(*modes)):
            number, at = base + i, start + i * self.isize
            if not high and not low or number < ROOT:
                continue
            mode, nlink = self.get(at, 'Hh')
            if self.v2:
                size, blocks = self.get(at + 16, '2Q')
                extsize, = self.get(at + 92, 'I')
                p = self.get(at + 96, '17q')
                ino = Inode(mode, nlink, size, blocks, p[2:14], p[14:], extsize, p[:2])
            else:
                size, = self.get(at + 8, 'Q')
                p = self.get(at + 40, '15i')
                ino = Inode(mode, nlink, size, self.get(at + 104, 'I')[0], p[:12], p[12:], 0, ())
            self.inodes[number] = ino

    def check_group(self, c, g):
        """Maps and counts against who owns what."""
        base = c * self.fpg
        text = self.bits(g['at'] + g['free'], g['ndblk'])
        unowned = ''.join('1' if o == NOBODY else '0' for o in self.owner[base:base + g['ndblk']])
        if text != unowned:
            for i, (f, u) in enumerate(zip(text, unowned)):
                if f > u:
                    self.bad(f'group {c}: fragment {base + i} is used and marked free')
                elif f < u:
                    self.bad(f'group {c}: fragment {base + i} is marked used and nobody\'s')
        nbfree = nffree = 0
        frsum, blocks = [0] * 8, []
        for b in range(0, g['ndblk'], self.frag):
            part = text[b:b + self.frag]
            full = part == '1' * self.frag
            blocks.append(full)
            if full:
                nbfree += 1
            elif '1' in part:
                nffree += part.count('1')
                for run in part.split('0'):
                    if run:
                        frsum[len(run)] += 1
        if tuple(frsum) != g['frsum']:
            self.bad(f'group {c}: runs of free fragments are {frsum}, it says {list(g["frsum"])}')
        mine = [n for n in self.used if n // self.ipg == c]
        ndir = sum(1 for n in self.inodes if n // self.ipg == c and self.inodes[n].fmt == stat.S_IFDIR)
        cs = (ndir, nbfree, self.ipg - len(mine), nffree)
        if cs != g['cs']:
            self.bad(f'group {c}: directories, free blocks, inodes, fragments are {cs}, it says {g["cs"]}')
        self.clusters(c, g, blocks)
        return cs

    def clusters(self, c, g, blocks):
        if self.contig <= 0:
            return
        runs, n = [0] * (self.contig + 1), 0
        blocks = blocks[:g['nclusters']]
        for b, (f, m) in enumerate(zip(blocks, self.bits(g['at'] + g['cluster'], len(blocks)))):
            if f != (m == '1'):
                self.bad(f'group {c}: block {b} is {"free" if f else "used"}, the map of clusters says no')
        for f in blocks + [False]:
            if f:
                n += 1
            elif n:
                runs[min(n, self.contig)] += 1
                n = 0
        says = list(self.get(g['at'] + g['clustersum'], f'{self.contig + 1}i'))
        if runs[1:] != says[1:]:
            self.bad(f'group {c}: clusters are {runs[1:]}, it says {says[1:]}')

    # --- inodes --------------------------------------------------------------------

    def block_frags(self, ino, lbn):
        """Fragments of block @lbn of a file."""
        rest = ino.size - lbn * self.bsize
        if lbn >= NDADDR or rest >= self.bsize:
            return self.frag
        return -(-rest // self.fsize)

    def walk(self, n, ino, ptr, level, lbn, nblocks, what):
        """Indirect block @ptr whose first data block is @lbn."""
        span = self.nindir ** level
        if not ptr:
            return
        if lbn >= nblocks:
            self.bad(f'{what}: an indirect block {ptr} behind the end')
        ino.frags += self.own(ptr, self.frag, n, what)
        if ptr < 0 or ptr + self.frag > self.size:
            return
        for i, p in enumerate(self.get(ptr * self.fsize, f'{self.nindir}{self.pform}')):
            if not p:
                continue
            if level > 1:
                self.walk(n, ino, p, level - 1, lbn + i * span // self.nindir, nblocks, what)
                continue
            if lbn + i >= nblocks:
                self.bad(f'{what}: block {lbn + i} is behind the end')
            ino.frags += self.own(p, self.frag, n, what)
            ino.data[lbn + i] = p

    def blocks_of(self, n, ino):
        what = f'inode {n}'
        if ino.fmt not in TYPES:
            self.bad(f'{what}: mode {ino.mode:o} is of no type')
            return
        for i, p in enumerate(ino.extb):
            rest = ino.extsize - i * self.bsize
            if p:
                ino.frags += self.own(p, min(self.frag, -(-rest // self.fsize)), n, what)
        if ino.fmt in (stat.S_IFREG, stat.S_IFDIR) or \
           ino.fmt == stat.S_IFLNK and ino.size >= self.maxsymlink:
            nblocks = -(-ino.size // self.bsize)
            for lbn, p in enumerate(ino.db):
                if not p:
                    continue
                if lbn >= nblocks:
                    self.bad(f'{what}: block {lbn} is behind the end')
                    ino.frags += self.own(p, self.frag, n, what)
                    continue
                ino.frags += self.own(p, self.block_frags(ino, lbn), n, what)
                ino.data[lbn] = p
            lbn = NDADDR
            for level, p in enumerate(ino.ib, 1):
                self.walk(n, ino, p, level, lbn, nblocks, what)
                lbn += self.nindir ** level
        if ino.blocks != ino.frags * (self.fsize // 512):
            self.bad(f'{what}: {ino.blocks} sectors instead of {ino.frags * (self.fsize // 512)}')

    # --- directories -----------------------------------------------------------------

    def entries(self, n, ino):
        """(name, number, type) of a directory."""
        what, found = f'directory {n}', []
        if not ino.size or ino.size % DIRBLK:
            self.bad(f'{what}: {ino.size} bytes')
        for at in range(0, ino.size, DIRBLK):
            p = ino.data.get(at // self.bsize)
            if not p or p < 0 or p >= self.size:
                self.bad(f'{what}: a hole at {at}')
                continue
            start = p * self.fsize + at % self.bsize
            pos = 0
            while pos < DIRBLK:
                number, reclen, kind, length = self.get(start + pos, 'IHBB')
                if reclen % 4 or reclen < 8 or pos + reclen > DIRBLK or \
                   number and reclen < (8 + length + 1 + 3) // 4 * 4:
                    self.bad(f'{what}: record of {reclen} bytes at {at + pos}')
                    break
                if number:
                    name = self.d[self.o + start + pos + 8:self.o + start + pos + 8 + length + 1]
                    if name[-1:] != b'\0' or b'\0' in name[:-1] or b'/' in name or length == 0:
                        self.bad(f'{what}: bad name {name!r}')
                    found.append((name[:-1], number, kind))
                pos += reclen
        return found

    def tree(self):
        links, parents, dots = {}, {}, {}
        for n, ino in self.inodes.items():
            if ino.fmt != stat.S_IFDIR:
                continue
            found = self.entries(n, ino)
            names = [e[0] for e in found]
            if names[:2] != [b'.', b'..']:
                self.bad(f'directory {n}: begins with {names[:2]}')
            for name in {x for x in names if names.count(x) > 1} if len(set(names)) != len(names) else ():
                self.bad(f'directory {n}: {name!r} twice')
            for name, number, kind in found:
                if number not in self.inodes:
                    self.bad(f'directory {n}: {name!r} is inode {number}, which is free')
                    continue
                if TYPES.get(self.inodes[number].fmt) != kind:
                    self.bad(f'directory {n}: {name!r} is of type {kind}, its inode is not')
                links[number] = links.get(number, 0) + 1
                if name == b'.':
                    if number != n:
                        self.bad(f'directory {n}: "." is {number}')
                elif name == b'..':
                    dots[n] = number
                elif self.inodes[number].fmt == stat.S_IFDIR:
                    if number in parents:
                        self.bad(f'directory {number}: is in {parents[number]} and in {n}')
                    parents[number] = n
        parents[ROOT] = ROOT
        for n, ino in self.inodes.items():
            if ino.nlink != links.get(n, 0):
                self.bad(f'inode {n}: {ino.nlink} links instead of {links.get(n, 0)}')
            if ino.fmt == stat.S_IFDIR and dots.get(n) != parents.get(n):
                self.bad(f'directory {n}: ".." is {dots.get(n)}, it is in {parents.get(n)}')
        if ROOT not in self.inodes or self.inodes[ROOT].fmt != stat.S_IFDIR:
            self.bad('there is no root directory')
        for n in parents:		# a loop that hangs on nothing
            seen = set()
            while n in parents and n != ROOT and n not in seen:
                seen.add(n)
                n = parents[n]
            if n in seen:
                self.bad(f'directory {n}: is within itself')
                break

    # --- all ---------------------------------------------------------------------------

    def check(self):
        self.metadata()
        groups = [self.group(c) for c in range(self.ncg)]
        if None in groups:
            return
        for c, g in enumerate(groups):
            self.read_inodes(c, g)
        for n, ino in self.inodes.items():
            self.blocks_of(n, ino)
        self.tree()
        for n in sorted(set(self.used) ^ (set(self.inodes) | {0, 1})):
            self.bad(f'inode {n} is {"not " if n in self.inodes else ""}marked used and is '
                     f'{"" if n in self.inodes else "not "}in use')
        total = [0, 0, 0, 0]
        for c, g in enumerate(groups):
            cs = self.check_group(c, g)
            says = self.get(self.csaddr * self.fsize + 16 * c, '4i')
            if says != g['cs']:
                self.bad(f'summary of group {c} is {says}, the group says {g["cs"]}')
            total = [a + b for a, b in zip(total, cs)]
        places = [(self.base + 1008, '4q')] if self.updated else []
        if not self.v2 and not self.updated:
            places.append((self.base + 192, '4i'))
        for at, form in places:
            says = list(self.get(at, form))
            if says != total:
                self.bad(f'totals: directories, free blocks, inodes, fragments are {total}, '
                         f'the superblock says {says}')


def main(argv):
    flags = [a for a in argv[1:] if a in ('-q', '-d')]
    args = [a for a in argv[1:] if a not in flags]
    if len(args) not in (1, 2):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    with open(args[0], 'rb') as f:
        image = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        fs = Ffs(image, int(args[1]) if len(args) > 1 else 0, '-d' not in flags)
    except NotFfs as e:
        print(f'{args[0]}: {e}')
        return 2
    try:
        fs.check()
    except (struct.error, IndexError) as e:
        fs.errors.append(f'leads outside the image: {e}')
    except Enough:
        fs.errors.append('... and that is enough')
    for text in fs.errors:
        print(text)
    if not fs.errors and '-q' not in flags:
        print(f'{args[0]}: UFS{1 + fs.v2}, {"little" if fs.e == "<" else "big"}-endian, '
              f'{len(fs.inodes)} inodes, no inconsistency')
    return 1 if fs.errors else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
