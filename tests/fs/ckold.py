#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""ckold.py affs|sysv|v7 IMAGE: what is wrong with a file system as mkold.py makes it, and exit status 1 if anything is.

Of each block: it has one owner, or it is free and known to be so. Of each file: it is where its names say, as often as
it says. Of AFFS also the checksum of every header and the place of each name in the hash tables.
"""
import collections
import struct
import sys

problems = []


def complain(text):
    problems.append(text)


class Blocks:
    """Who has which block."""

    def __init__(self, first, end):
        self.first, self.end, self.owner = first, end, {}

    def claim(self, block, who):
        """False if it is nothing to go on with."""
        if not self.first <= block < self.end:
            complain(f'{who} has block {block}, which is none for data')
        elif block in self.owner:
            complain(f'{who} and {self.owner[block]} both have block {block}')
        else:
            self.owner[block] = who
            return True
        return False

    def compare(self, free):
        used = set(self.owner)
        every = set(range(self.first, self.end))
        if used & free:
            complain(f'blocks free and used: {sorted(used & free)[:9]}')
        if every - used - free:
            complain(f'blocks neither free nor used: {sorted(every - used - free)[:9]}')
        if free - every:
            complain(f'blocks free that are none: {sorted(free - every)[:9]}')


def unix(data, block, head, total_free):
    """HEAD: of a chunk of free blocks; TOTAL_FREE: where the superblock counts them, and inodes 4 bytes on."""
    first, = struct.unpack_from('<H', data, 512)
    end, = struct.unpack_from('<I', data, 512 + (4 if block == 1024 else 2))
    blocks, count = Blocks(first, end), (first - 2) * block // 64
    names, inodes, free = collections.Counter(), {}, set()

    def inode(n):
        at = 2 * block + (n - 1) * 64
        mode, links, _, _, size = struct.unpack_from('<4HI', data, at)
        return mode, links, size, [int.from_bytes(data[at + 12 + 3 * i:at + 15 + 3 * i], 'little') for i in range(13)]

    def walk(zone, depth, who, out):
        if not zone:
            out += [0] * (block // 4) ** depth
        elif blocks.claim(zone, who) and depth:
            for z in struct.unpack_from(f'<{block // 4}I', data, zone * block):
                walk(z, depth - 1, who, out)
        else:
            out.append(zone)

    def content(n):
        mode, _, size, zones = inode(n)
        out = []
        for i, zone in enumerate(zones):
            if zone or len(out) * block < size:
                walk(zone, max(0, i - 9), f'inode {n}', out)
        if any(out[-(-size // block):]):
            complain(f'inode {n} has blocks behind its {size} bytes')
        return b''.join(data[z * block:(z + 1) * block] if z else bytes(block) for z in out)[:size] \
            if mode & 0o170000 == 0o040000 else b''

    for n in range(2, count + 1):
        if inode(n)[0]:
            inodes[n] = content(n) if inode(n)[0] & 0o170000 in (0o100000, 0o040000, 0o120000) else b''
    for n, entries in inodes.items():
        dots = {}
        if len(entries) % 16:
            complain(f'directory {n} has {len(entries)} bytes')
        for target, name in struct.iter_unpack('<H14s', entries[:len(entries) // 16 * 16]):
            name = name.rstrip(b'\0')
            if target:
                names[target] += 1
                if target not in inodes:
                    complain(f'{name} in directory {n} is inode {target}, which is free')
                if name in (b'.', b'..'):
                    dots[name] = target
        if entries and (dots.get(b'.') != n or b'..' not in dots):
            complain(f'directory {n} has {dots}')
    for n in inodes:
        if names[n] != inode(n)[1]:
            complain(f'inode {n} has {names[n]} names, says {inode(n)[1]}')
    at = 512 + (8 if block == 1024 else 6)
    while True:
        n, = struct.unpack_from('<H', data, at)
        chunk = struct.unpack_from('<50I', data, at + struct.calcsize(head))[:n]
        if not n:
            break
        if n > 50 or free & set(chunk[1:]) or chunk[0] in free:
            complain(f'the list of free blocks is damaged after {len(free)}')
            break
        free |= set(chunk[1:])
        if not chunk[0]:
            break
        free.add(chunk[0])
        at = chunk[0] * block
    blocks.compare(free)
    said, inodes_said = struct.unpack_from('<IH', data, 512 + total_free)
    if (said, inodes_said) != (len(free), count - 1 - len(inodes)):
        complain(f'{said} free blocks and {inodes_said} inodes, found {len(free)} and {count - 1 - len(inodes)}')


def affs(data):
    end = len(data) // 512
    root, blocks = (2 + end - 1) // 2, Blocks(2, end)

    def longs(block):
        return struct.unpack_from('>128I', data, block * 512)

    def header(block, who):
        h = longs(block)
        if sum(h) & 0xffffffff:
            complain(f'{who}: the checksum of block {block} is wrong')
        return h

    def hashed(name):
        n = len(name)
        for c in name:
            n = (n * 13 + (c - 32 if 97 <= c <= 122 else c)) & 0x7ff
        return n % 72

    def file(block, h, who):
        seen, ext = 0, h
        while True:
            n = ext[2]
            table = [ext[6 + 71 - i] for i in range(n)] if n <= 72 else []
            for b in table:
                blocks.claim(b, who)
            seen += len(table)
            if not ext[126]:
                break
            if not blocks.claim(ext[126], who):
                return
            ext = header(ext[126], who)
            if ext[0] != 16 or ext[125] != block:
                complain(f'{who}: an extension of type {ext[0]}, of {ext[125]}')
                return
        if seen != -(-h[81] // 512):
            complain(f'{who}: {h[81]} bytes in {seen} blocks')

    def directory(block, h):
        for slot in range(72):
            at = h[6 + slot]
            while at:
                size = data[at * 512 + 432] if at < end else 0
                name = data[at * 512 + 433:at * 512 + 433 + size]
                who = f'{name} ({at})'
                if not blocks.claim(at, who):
                    break
                e = header(at, who)
                if e[0] != 2 or e[1] != at or e[125] != block or not 1 <= size <= 30 or hashed(name) != slot:
                    complain(f'{who} in {block}: type {e[0]}, key {e[1]}, parent {e[125]}, slot {slot}')
                kind = e[127]
                if kind == 2:
                    directory(at, e)
                elif kind == 0xfffffffd:
                    file(at, e, who)
                elif kind == 0xfffffffc:
                    links[e[117]].add(at)
                elif kind != 3:
                    complain(f'{who} is of type {kind:#x}')
                at = e[124]

    links = collections.defaultdict(set)
    sys.setrecursionlimit(10000)
    top = header(root, 'the root')
    if (top[0], top[3], top[127], top[78]) != (2, 72, 1, 0xffffffff):
        complain(f'the root: type {top[0]}, {top[3]}, {top[127]}, bitmap {top[78]:#x}')
    blocks.claim(root, 'the root')
    free = set()
    for page, at in enumerate(b for b in top[79:104] if b):
        blocks.claim(at, 'the bitmap')
        for i, word in enumerate(header(at, 'the bitmap')[1:]):
            free |= {2 + page * 4064 + i * 32 + bit for bit in range(32) if word >> bit & 1}
    directory(root, top)
    for original, names in links.items():
        chain, at = set(), longs(original)[118]
        while at and at not in chain:
            chain.add(at)
            at = longs(at)[118]
        if chain != names:
            complain(f'links of {original}: {sorted(names)}, its chain has {sorted(chain)}')
    blocks.compare(free)


def main(kind, path):
    with open(path, 'rb') as f:
        data = f.read()
    try:
        if kind == 'affs':
            affs(data)
        else:
            unix(data, *((1024, '<H2x', 432) if kind == 'sysv' else (512, '<H', 418)))
    except (struct.error, IndexError) as e:
        complain(f'{type(e).__name__}: {e}')
    for p in problems[:30]:
        print(p)
    return bool(problems)


if __name__ == '__main__':
    sys.exit(main(sys.argv[1], sys.argv[2]))
