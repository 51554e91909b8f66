#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""mkold.py affs|sysv|v7 IMAGE: an empty file system, of which Debian has no mkfs, as large as the image is.
mkold.py bfs IMAGE TREE: a file system with the files that are in the folder TREE itself.

affs: an Amiga's, "fast" (DOS\\1), blocks of 512 bytes. sysv: System V Release 4, little-endian,
blocks of 1024. v7: Seventh Edition, as on a PC, blocks of 512. bfs: of SVR4, blocks of 512. Layouts:
linux/fs/affs/amigaffs.h, include/linux/sysv_fs.h, include/uapi/linux/bfs_fs.h.
"""
import os
import struct
import sys
import time


def affs(f, size):
    blocks, reserved = size // 512, 2
    root = (reserved + blocks - 1) // 2
    pages = -(-(blocks - reserved) // (127 * 32))		# of bitmap, each with a checksum in front
    used = {root} | set(range(root + 1, root + 1 + pages))
    now = int(time.time()) - 8 * 365 * 86400 - 2 * 86400		# from 1978 on
    stamp = (now // 86400, now % 86400 // 60, 0)

    def put(block, longs, at):
        longs[at] = 0
        longs[at] = -sum(longs) & 0xffffffff
        f.seek(block * 512)
        f.write(struct.pack('>128I', *longs))

    f.seek(0)
    f.write(b'DOS\1')
    for page in range(pages):
        longs = [0] * 128
        for bit in range(127 * 32):
            block = reserved + page * 127 * 32 + bit
            if block < blocks and block not in used:
                longs[1 + bit // 32] |= 1 << bit % 32
        put(root + 1 + page, longs, 0)
    longs = [0] * 128
    longs[0], longs[3] = 2, 72				# a header; entries of the hash table
    longs[78] = 0xffffffff				# the bitmap is valid
    longs[79:79 + pages] = range(root + 1, root + 1 + pages)
    longs[105:108] = longs[118:121] = longs[121:124] = stamp
    longs[108:116] = struct.unpack('>8I', b'\4RUMP'.ljust(32, b'\0'))
    longs[127] = 1					# the root
    put(root, longs, 5)


class Unix:
    """What both Unixes share: inodes of 64 bytes from block 2 on, a list of free blocks in chunks of 50."""

    def __init__(self, f, size, block, head):
        self.f, self.block, self.head = f, block, head		# HEAD: struct of a chunk without its blocks
        self.blocks = size // block
        self.inodes = min(self.blocks // 4, 1 << 15) // (block // 64) * (block // 64)
        self.first = 2 + self.inodes * 64 // block
        self.free = []
        for at in range(self.blocks - 1, self.first, -1):
            if len(self.free) in (0, 50):
                self.put(at * block, self.chunk())
                self.free = []
            self.free.append(at)

    def put(self, at, data):
        self.f.seek(at)
        self.f.write(data)

    def chunk(self):
        return struct.pack(self.head, len(self.free)) + struct.pack('<50I', *(self.free + [0] * (50 - len(self.free))))

    def root(self):
        now = int(time.time())
        zones = self.first.to_bytes(3, 'little').ljust(39, b'\0')
        self.put(2 * self.block + 64, struct.pack('<4HI39sB3I', 0o40755, 2, 0, 0, 32, zones, 0, now, now, now))
        self.put(self.first * self.block, struct.pack('<H14sH14s', 2, b'.', 2, b'..'))


def sysv(f, size):
    u = Unix(f, size, 1024, '<H2x')
    now = int(time.time())
    u.root()
    u.put(512, struct.pack('<H2xI', u.first, u.blocks) + u.chunk() + struct.pack(
        '<H2x100H4xI4HIH2x6s6s48xIII', 0, *[0] * 100, now, *[0] * 4, u.blocks - u.first - 1, u.inodes - 2, b'rump', b'fs',
        (0x7c269d38 - now) & 0xffffffff, 0xfd187e20, 2))


def v7(f, size):
    u = Unix(f, size, 512, '<H')
    u.root()
    u.put(512, struct.pack('<HI', u.first, u.blocks) + u.chunk() + struct.pack(
        '<H100H4xIIH', 0, *[0] * 100, int(time.time()), u.blocks - u.first - 1, u.inodes - 2))


def bfs(f, size, tree):
    """A superblock, 64 inodes, the directory, and each file in one piece."""
    files = [e for e in sorted(os.scandir(tree), key=lambda e: e.name) if e.is_file(follow_symlinks=False)]
    inodes, start = 64, 512 + 64 * 64
    names = b''.join(struct.pack('<H14s', ino, n.encode()) for ino, n in
                     [(2, '.'), (2, '..')] + [(3 + i, e.name) for i, e in enumerate(files)])
    assert len(files) < inodes and len(names) <= 512

    def put(ino, kind, st, links, block, data):
        last = block + max(0, len(data) - 1) // 512
        where = (block, last, block * 512 + len(data) - 1) if data else (0, 0, 0xffffffff)
        f.seek(512 + (ino - 2) * 64)
        f.write(struct.pack('<HH3I8I16x', ino, 0, *where, kind, st.st_mode, st.st_uid, st.st_gid, links,
                            int(st.st_atime), int(st.st_mtime), int(st.st_ctime)))
        f.seek(block * 512)
        f.write(data)
        return last + 1 if data else block

    f.write(struct.pack('<3I4i6s6s', 0x1badface, start, size - 1, -1, -1, -1, -1, b'rump', b'fs'))
    block = put(2, 2, os.stat(tree), 2, start // 512, names)
    for i, e in enumerate(files):
        with open(e.path, 'rb') as source:
            block = put(3 + i, 1, e.stat(), 1, block, source.read())


if __name__ == '__main__':
    with open(sys.argv[2], 'r+b') as image:
        {'affs': affs, 'sysv': sysv, 'v7': v7, 'bfs': bfs}[sys.argv[1]](
            image, os.fstat(image.fileno()).st_size, *sys.argv[3:])
