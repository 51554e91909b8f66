#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hfsck.py IMAGE: what is wrong with an HFS+ or HFSX volume, and exit status 1 if anything is.

Written from Apple's Technical Note TN1150 for the tests, as Debian has no fsck.hfsplus. It
changes nothing. It looks at both volume headers, each node of the three B-trees (links, order,
keys, maps, counts), each record of the catalog and its thread, valences and counts, the inodes of hard
links, extents and their overlap, the allocation bitmap, and attributes.
"""
import collections
import struct
import sys

problems = []


def complain(text):
    problems.append(text)


class Damaged(Exception):
    pass


def fold(text):
    """As names are compared that match in any case: NUL comes last, some characters are ignored."""
    out = []
    for c in text:
        low = c.lower()
        if '\u200c' <= c <= '\u200f' or '\u202a' <= c <= '\u202e' or '\u206a' <= c <= '\u206f' or c == '\ufeff':
            continue
        out.append(0xffff if c == '\0' else ord(low) if len(low) == 1 else ord(c))
    return out


class Tree:
    """A B-tree: all leaf records in .records as (key, data), its nodes checked on the way."""

    def __init__(self, name, data, parse):
        self.name, self.data, self.parse, self.records = name, data, parse, []
        if not data:
            return
        (self.depth, self.root, self.leaves, self.first, self.last, self.size, self.maxkey, self.total, self.free, _,
         _, self.type, self.compare, self.attributes) = struct.unpack_from('>HIIIIHHIIHIBBI', data, 14)
        if self.size not in (512, 1024, 2048, 4096, 8192, 16384, 32768) or self.total * self.size > len(data):
            raise Damaged(f'{name}: {self.total} nodes of {self.size} bytes in a file of {len(data)}')
        self.used = {0}
        self.levels = collections.defaultdict(list)
        if self.root:
            self.walk(self.root, self.depth, None)
        self.siblings()
        self.map()
        if self.leaves != len(self.records):
            complain(f'{name}: {self.leaves} leaf records, found {len(self.records)}')
        if self.depth != max(self.levels, default=0):
            complain(f'{name}: depth {self.depth}')
        keys = [k for k, _ in self.records]
        for a, b in zip(keys, keys[1:]):
            if not a < b:
                complain(f'{name}: key {a} before {b}')

    def node(self, n):
        at = n * self.size
        right, left, kind, height, count, _ = struct.unpack_from('>IIbBHH', self.data, at)
        offsets = struct.unpack_from(f'>{count + 1}H', self.data, at + self.size - 2 * (count + 1))[::-1]
        if offsets[0] != 14 or any(a >= b for a, b in zip(offsets, offsets[1:])) or \
           offsets[-1] > self.size - 2 * (count + 1):
            raise Damaged(f'{self.name}: node {n} has its records at {offsets}')
        return right, left, kind, height, [self.data[at + a:at + b] for a, b in zip(offsets, offsets[1:])]

    def walk(self, n, height, least):
        if n in self.used or n >= self.total:
            raise Damaged(f'{self.name}: node {n} is used twice or beyond the end')
        self.used.add(n)
        right, left, kind, at, records = self.node(n)
        if at != height or kind != (-1 if height == 1 else 0):
            raise Damaged(f'{self.name}: node {n} has kind {kind}, height {at} instead of {height}')
        if not records:
            complain(f'{self.name}: node {n} is empty')
        self.levels[height].append((n, left, right))
        for i, r in enumerate(records):
            length, = struct.unpack_from('>H', r)
            if length + 2 > len(r) or length > self.maxkey:
                raise Damaged(f'{self.name}: node {n}, record {i}: a key of {length} bytes')
            if height > 1 and not self.attributes & 4:
                body = r[2 + self.maxkey:]
            else:
                body = r[2 + length + (length & 1):]
            key = self.parse(r[2:2 + length], self)
            if i == 0 and least is not None and key != least:
                complain(f'{self.name}: node {n} begins with {key}, its parent says {least}')
            if height > 1:
                self.walk(struct.unpack_from('>I', body)[0], height - 1, key)
            else:
                self.records.append((key, body))

    def siblings(self):
        for nodes in self.levels.values():
            for i, (n, left, right) in enumerate(nodes):
                want = (nodes[i - 1][0] if i else 0, nodes[i + 1][0] if i + 1 < len(nodes) else 0)
                if (left, right) != want:
                    complain(f'{self.name}: node {n} has neighbours {left}, {right} instead of {want}')
        ends = [n for n, _, _ in self.levels.get(1, ())] or [0]
        if (self.first, self.last) != (ends[0], ends[-1]):
            complain(f'{self.name}: leaves {self.first} to {self.last} instead of {ends[0]} to {ends[-1]}')

    def map(self):
        bits, n = bytearray(self.node(0)[4][2]), self.node(0)[0]
        while n:
            self.used.add(n)
            right, _, kind, _, records = self.node(n)
            if kind != 2:
                raise Damaged(f'{self.name}: node {n} is no map')
            bits += records[0]
            n = right
        marked = {i for i in range(self.total) if bits[i // 8] & 0x80 >> i % 8}
        if marked != self.used:
            complain(f'{self.name}: in the map and not used: {sorted(marked - self.used)[:9]}, '
                     f'used and not in the map: {sorted(self.used - marked)[:9]}')
        if self.free != self.total - len(self.used):
            complain(f'{self.name}: {self.free} free nodes instead of {self.total - len(self.used)}')


class Name(tuple):
    """(parent, name as it is compared)"""


def catalog_key(k, tree):
    parent, n = struct.unpack_from('>IH', k)
    text = k[6:6 + 2 * n].decode('utf-16-be', 'surrogatepass')
    units = [int.from_bytes(k[6 + 2 * i:8 + 2 * i], 'big') for i in range(n)]
    key = Name((parent, units if tree.compare == 0xbc else
                fold(''.join(map(chr, units)))))
    key.text = text
    return key


def extents_key(k, tree):
    fork, _, file, start = struct.unpack('>BBII', k)
    return file, fork, start


def attributes_key(k, tree):
    _, file, start, n = struct.unpack_from('>HIIH', k)
    return file, [int.from_bytes(k[12 + 2 * i:14 + 2 * i], 'big') for i in range(n)], start


class Volume:
    def __init__(self, image):
        self.f = image
        self.f.seek(0, 2)
        self.bytes = self.f.tell()
        header = self.read(1024, 512)
        (self.signature, self.version, self.attributes, _, _, _, _, _, _, self.files, self.folders, self.block, self.total,
         self.free, _, _, _, self.next, _, _) = struct.unpack_from('>HHI4s15IQ', header)
        if self.signature not in (0x482b, 0x4858) or self.block < 512 or self.total * self.block > self.bytes:
            raise Damaged('no volume header')
        if not self.attributes & 0x100 or self.attributes & 0x800:
            complain(f'not unmounted cleanly: attributes {self.attributes:#x}')
        self.owner = {}
        self.claim('volume header', range(0, (1536 + self.block - 1) // self.block))
        end = self.total * self.block
        alternate = self.read(end - 1024, 512)
        if alternate[:2] != header[:2] or alternate[40:48] != header[40:48]:
            complain('the alternate volume header is another one')
        for b in range((end - 1024) // self.block, self.total):
            if b not in self.owner:
                self.claim('alternate volume header', [b])
        self.extents = Tree('extents', self.special(header, 192, 3), extents_key)
        self.more = collections.defaultdict(list)
        for (file, kind, start), data in self.extents.records:
            self.more[file, kind].append((start, data))
        self.bitmap = self.special(header, 112, 6)
        self.special(header, 432, 0)
        self.catalog = Tree('catalog', self.special(header, 272, 4), catalog_key)
        self.attrs = Tree('attributes', self.special(header, 352, 8), attributes_key)

    def read(self, at, n):
        self.f.seek(at)
        return self.f.read(n)

    def claim(self, who, blocks):
        for b in blocks:
            if b >= self.total:
                complain(f'{who} has block {b} of {self.total}')
            elif b in self.owner:
                complain(f'{who} and {self.owner[b]} both have block {b}')
            else:
                self.owner[b] = who

    def fork(self, who, data, file, kind):
        """Its blocks, which are claimed, and its size."""
        size, _, total = struct.unpack_from('>QII', data)
        runs = list(struct.iter_unpack('>II', data[16:80]))
        blocks = []
        for start, n in runs:
            blocks += range(start, start + n)
        for start, more in self.more.pop((file, kind), []) if hasattr(self, 'more') else []:
            if start != len(blocks):
                complain(f'{who}: an extent record for block {start} of the file, of which {len(blocks)} are known')
            for begin, n in struct.iter_unpack('>II', more[:64]):
                blocks += range(begin, begin + n)
        if len(blocks) != total or size > total * self.block:
            complain(f'{who}: {size} bytes, {total} blocks, extents have {len(blocks)}')
        self.claim(who, blocks)
        return blocks, size

    def special(self, header, at, file):
        blocks, size = self.fork(f'file {file}', header[at:at + 80], file, 0)
        return b''.join(self.read(b * self.block, self.block) for b in blocks)[:size]

    def check_catalog(self):
        threads, items, children = {}, {}, collections.Counter()
        links, inodes, found = collections.Counter(), {}, collections.Counter()
        for key, data in self.catalog.records:
            kind, = struct.unpack_from('>h', data)
            if kind in (3, 4):
                _, _, parent, n = struct.unpack_from('>hhIH', data)
                threads[key[0]] = kind, parent, data[10:10 + 2 * n].decode('utf-16-be', 'surrogatepass')
                continue
            if kind not in (1, 2):
                raise Damaged(f'catalog: {key} is a record of type {kind}')
            flags, valence, ident = struct.unpack_from('>HII', data, 2)
            if ident in items:
                complain(f'catalog: {ident} is there twice')
            items[ident] = kind, key, valence, flags
            children[key[0]] += 1
            found[kind] += 1
            if ident >= self.next or (ident < 16 and ident != 2):
                complain(f'catalog: {key.text!r} has the number {ident}, the next is {self.next}')
            if kind == 2:
                special, = struct.unpack_from('>I', data, 44)
                if data[48:56] == b'hlnkhfs+':
                    links[special] += 1
                elif key.text.startswith('iNode'):
                    inodes[int(key.text[5:])] = special
                self.fork(f'{key.text!r} ({ident})', data[88:168], ident, 0)
                self.fork(f'{key.text!r} ({ident}), resources', data[168:248], ident, 0xff)
        for ident, (kind, key, valence, flags) in items.items():
            if threads.pop(ident, None) != (kind + 2, key[0], key.text):
                complain(f'catalog: {key.text!r} ({ident}) has no thread of its own')
            if key[0] != 1 and items.get(key[0], (0,))[0] != 1:
                complain(f'catalog: {key.text!r} ({ident}) is in {key[0]}, which is no folder')
            if kind == 1 and valence != children[ident]:
                complain(f'catalog: folder {key.text!r} ({ident}) has {children[ident]} entries, says {valence}')
        if threads:
            complain(f'catalog: threads of nothing: {sorted(threads)[:9]}')
        if (found[2], found[1] - 1) != (self.files, self.folders):
            complain(f'{found[2]} files and {found[1] - 1} folders, the header says {self.files} and {self.folders}')
        for number in set(links) | set(inodes):
            if links[number] != inodes.get(number):
                complain(f'iNode{number} has {links[number]} links, says {inodes.get(number)}')
        return items

    def check_attributes(self, items):
        have = set()
        for (file, name, start), data in self.attrs.records:
            kind, = struct.unpack_from('>I', data)
            have.add(file)
            if kind == 0x10:
                size, = struct.unpack_from('>I', data, 12)
                if 16 + size > len(data):
                    complain(f'attributes: one of {file} has {size} bytes in a record of {len(data)}')
            else:
                complain(f'attributes: one of {file} is of type {kind:#x}')
            if file not in items:
                complain(f'attributes: of {file}, which does not exist')
        for ident, (kind, key, _, flags) in items.items():
            if bool(flags & 4) != (ident in have):
                complain(f'attributes: {key.text!r} ({ident}) {"has none" if flags & 4 else "does not say that it has any"}')

    def check(self):
        items = self.check_catalog()
        self.check_attributes(items)
        if self.more:
            complain(f'extents of nothing: {sorted(self.more)[:9]}')
        marked = {b for b in range(self.total) if self.bitmap[b // 8] & 0x80 >> b % 8}
        used = set(self.owner)
        if marked != used:
            complain(f'blocks marked and not used: {sorted(marked - used)[:9]}, used and not marked: '
                     f'{sorted(used - marked)[:9]}')
        if self.free != self.total - len(used):
            complain(f'{self.free} free blocks instead of {self.total - len(used)}')


def main():
    with open(sys.argv[1], 'rb') as image:
        try:
            Volume(image).check()
        except (Damaged, struct.error, IndexError, ValueError) as e:
            complain(f'{type(e).__name__}: {e}')
    for p in problems[:30]:
        print(p)
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main())
