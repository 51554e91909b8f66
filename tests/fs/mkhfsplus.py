#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mkhfsplus.py [-x] [-j] [-d] IMAGE: an empty HFS+ volume, as large as the image is.

-x: HFSX, names match byte by byte. -j: with a journal, -d: in which something is to be replayed.
Layout: Apple's Technical Note TN1150, "HFS Plus Volume Format". All is big-endian.
"""
import os
import struct
import sys
import time

BLOCK = 4096
EPOCH = 2082844800			# seconds from 1904 to 1970
NAME = 'rump'


def fork(start, blocks, clump):
    return struct.pack('>QII', blocks * BLOCK, clump, blocks) + struct.pack('>16I', start, blocks, *[0] * 14)


def node(size, kind, height, records, right=0):
    """A node of a B-tree: descriptor, records, and where they begin, from the end backwards."""
    out = struct.pack('>IIbBHH', right, 0, kind, height, len(records), 0)
    offsets = []
    for r in records:
        offsets.append(len(out))
        out += r
    offsets.append(len(out))
    return out.ljust(size - 2 * len(offsets), b'\0') + struct.pack(f'>{len(offsets)}H', *reversed(offsets))


def tree(blocks, size, maxkey, attributes, compare, leaves):
    """The file of a B-tree: its header node and at most one leaf."""
    nodes = blocks * BLOCK // size
    used = 1 + bool(leaves)
    depth = bool(leaves)
    header = struct.pack('>HIIIIHHIIHIBBI64x', depth, depth, len(leaves), depth, depth, size, maxkey, nodes,
                         nodes - used, 0, BLOCK * blocks, 0, compare, attributes)
    bits = size - 14 - 106 - 128 - 8
    assert nodes <= bits * 8
    map_ = ((0xff00 >> used) & 0xff).to_bytes(1, 'big').ljust(bits, b'\0')
    out = node(size, 1, 0, [header, bytes(128), map_])
    if leaves:
        out += node(size, -1, 1, leaves)
    return out


def key(parent, name):
    text = name.encode('utf-16-be')
    return struct.pack('>HIH', 6 + len(text), parent, len(text) // 2) + text


def make(f, size, hfsx, journal, dirty):
    total = size // BLOCK
    now = int(time.time()) + EPOCH
    at, used = 1, {0, total - 1}

    def take(blocks):
        nonlocal at
        used.update(range(at, at + blocks))
        at += blocks
        return at - blocks

    def put(offset, data):
        f.seek(offset)
        f.write(data)

    bitmap_blocks = -(-total // (8 * BLOCK))
    bitmap, extents, catalog, attributes = take(bitmap_blocks), take(32), take(256), take(256)
    where = 0
    if journal:
        where, log = take(1), take(256)
        put(where * BLOCK, struct.pack('>I32xQQ128x', 1, log * BLOCK, 256 * BLOCK))	# it is on the volume
        start = 512 + (4096 if dirty else 0)
        fields = [0x4a4e4c78, 0x12345678, 512, start, 256 * BLOCK, 4096, 0, 512]
        put(log * BLOCK, struct.pack('>IIQQQIII', *fields))
    root = key(1, NAME) + struct.pack('>hHII5I', 1, 0, 0, 2, *[now] * 3, now, 0) + \
        struct.pack('>IIBBHI', 0, 0, 0, 0, 0o40755, 1) + bytes(32) + struct.pack('>II', 0, 0)
    thread = key(2, '') + struct.pack('>hhI', 3, 0, 1) + key(1, NAME)[6:]
    put(extents * BLOCK, tree(32, BLOCK, 10, 2, 0, []))
    put(catalog * BLOCK, tree(256, BLOCK, 516, 6, 0xbc if hfsx else 0xcf, [root, thread]))
    put(attributes * BLOCK, tree(256, 2 * BLOCK, 266, 6, 0, []))
    bits = bytearray(bitmap_blocks * BLOCK)
    for block in used:
        bits[block // 8] |= 0x80 >> block % 8
    put(bitmap * BLOCK, bits)
    header = struct.pack('>HHI4sI', 0x4858 if hfsx else 0x482b, 5 if hfsx else 4,
                         0x100 | (0x2000 if journal else 0), b'HFSJ' if journal else b'10.0', where)
    header += struct.pack('>4I2I4I', now, now, 0, now, 0, 0, BLOCK, total, total - len(used), at)
    header += struct.pack('>IIIIQ32x', BLOCK, BLOCK, 16, 1, 1)
    header += fork(bitmap, bitmap_blocks, bitmap_blocks * BLOCK)
    for start, blocks in ((extents, 32), (catalog, 256), (attributes, 256)):
        header += fork(start, blocks, blocks * BLOCK)
    header += fork(0, 0, 0)
    assert len(header) == 512
    put(1024, header)
    put(size - 1024, header)


if __name__ == '__main__':
    words = sys.argv[1:-1]
    with open(sys.argv[-1], 'r+b') as image:
        length = os.fstat(image.fileno()).st_size // BLOCK * BLOCK
        make(image, length, '-x' in words, '-j' in words, '-d' in words)
