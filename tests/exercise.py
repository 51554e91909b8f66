#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""exercise.py DIR MIB [WORD]...: a write load on an empty file system of about MIB mebibytes,
which has the capabilities WORD (fsdrivers/README.md; "cleaner": space of what was removed comes back when a program of the host has
cleaned, which does not run here; "cutlinks": symbolic links of more than 255 bytes are cut;
"uncounted": links are not counted).
exercise.py --list DIR: what is there, to be compared after a remount.

The load holds what it has written against what it reads. It does what breaks
allocators: files that grow by fragments, sparse and huge offsets, directories that grow
and shrink, subtrees that move, truncation both ways, a full disk that is emptied again.
"""
import errno
import hashlib
import os
import random
import stat
import sys
import time


def listing(top):
    for folder, folders, files in os.walk(top):
        folders.sort()
        for name in sorted(folders + files):
            path = os.path.join(folder, name)
            st = os.lstat(path)
            what = ''
            if stat.S_ISREG(st.st_mode):
                with open(path, 'rb') as f:
                    what = f'{st.st_size} {hashlib.sha1(f.read()).hexdigest() if st.st_size < 1 << 28 else "huge"}'
            elif stat.S_ISLNK(st.st_mode):
                what = os.readlink(path)
            elif stat.S_ISBLK(st.st_mode) or stat.S_ISCHR(st.st_mode):
                what = f'{os.major(st.st_rdev)}:{os.minor(st.st_rdev)}'
            links = st.st_nlink if not stat.S_ISDIR(st.st_mode) else ''
            print(os.path.relpath(path, top), stat.filemode(st.st_mode)[0], links, what)


class Load:
    """The load, and what should be in each file."""

    def __init__(self, top, mib, can):
        self.top, self.mib, self.can, self.r = top, mib, can, random.Random(1)
        self.files = {}			# path: content
        self.namemax = min(os.statvfs(top).f_namemax, 255)

    def path(self, *names):
        return os.path.join(self.top, *names)

    def data(self, n):
        return self.r.randbytes(n)

    def write(self, path, at, data):
        old = self.files.get(path, b'')
        with open(path, 'r+b' if path in self.files else 'wb') as f:
            f.seek(at)
            f.write(data)
        old += bytes(max(0, at - len(old)))
        self.files[path] = old[:at] + data + old[at + len(data):]

    def truncate(self, path, size):
        os.truncate(path, size)
        old = self.files[path]
        self.files[path] = old[:size] + bytes(max(0, size - len(old)))

    def verify(self):
        for path, content in self.files.items():
            with open(path, 'rb') as f:
                got = f.read()
            assert got == content, f'{path}: {len(got)} bytes differ from the {len(content)} written'

    def fragments(self):
        """Small files that grow a bit at a time, in turns, so that fragments move."""
        names = [self.path(f'frag{i}') for i in range(8)]
        for size in (1, 511, 513, 1024, 1500, 3000, 4096, 4097, 7000, 8192, 9000, 40000, 100001):
            for name in names:
                self.write(name, len(self.files.get(name, b'')), self.data(size))
        for name in names:
            for _ in range(6):
                self.truncate(name, self.r.randrange(0, 200000))
                self.write(name, self.r.randrange(0, 150000), self.data(self.r.randrange(1, 9000)))
        for name in names[::2]:
            os.unlink(name)
            del self.files[name]

    def sparse(self):
        path = self.path('sparse')
        for at in (0, 100000, 1000000, 70000, 1300000):
            self.write(path, at, self.data(777))
        self.truncate(path, 1200000)
        self.truncate(path, 90000)

    def directory(self):
        """One that grows and shrinks, with names of all lengths."""
        top = self.path('many')
        os.mkdir(top)
        names = [f'{i:04}' + 'n' * (i % max(1, self.namemax - 4)) for i in range(120 * min(self.mib, 8))]
        for n in names:
            open(os.path.join(top, n), 'w').close()
        assert sorted(os.listdir(top)) == sorted(names)
        for n in names[::2]:
            os.unlink(os.path.join(top, n))
        for n in names[1::4]:
            os.rename(os.path.join(top, n), os.path.join(top, 'r' + n[:self.namemax - 1]))
        kept = names[3::4] + ['r' + n[:self.namemax - 1] for n in names[1::4]]
        assert sorted(os.listdir(top)) == sorted(kept)

    def subtrees(self):
        deep = self.path(*['d'] * 12)
        os.makedirs(deep)
        os.mkdir(self.path('other'))
        self.write(os.path.join(deep, 'leaf'), 0, self.data(5000))
        os.rename(self.path('d', 'd', 'd'), self.path('other', 'moved'))
        del self.files[os.path.join(deep, 'leaf')]
        self.files[self.path('other', 'moved', *['d'] * 9, 'leaf')] = open(
            self.path('other', 'moved', *['d'] * 9, 'leaf'), 'rb').read()
        os.rename(self.path('other', 'moved', 'd'), self.path('d', 'up'))
        self.files[self.path('d', 'up', *['d'] * 8, 'leaf')] = self.files.pop(
            self.path('other', 'moved', *['d'] * 9, 'leaf'))
        os.mkdir(self.path('empty'))
        os.mkdir(self.path('over'))
        os.rename(self.path('empty'), self.path('over'))
        try:
            os.rename(self.path('d'), self.path('d', 'up', 'd', 'within'))
            raise AssertionError('a directory went into itself')
        except OSError as e:
            assert e.errno == errno.EINVAL, e

    def links(self):
        if 'symlinks' in self.can:
            for n in (1, 30, 59, 60, 61, 119, 120, 121, 200, 500, 1000):
                if n > 255 and 'cutlinks' in self.can:
                    continue
                try:
                    os.symlink('x' * n, self.path(f'sym{n}'))
                except OSError as e:		# POSIX promises 255
                    assert e.errno == errno.ENAMETOOLONG and n > 255, e
                    continue
                assert os.readlink(self.path(f'sym{n}')) == 'x' * n
            os.unlink(self.path('sym60'))
            os.unlink(self.path('sym120'))
        if 'links' in self.can:
            path = self.path('linked')
            self.write(path, 0, self.data(3000))
            for i in range(20):
                os.link(path, self.path(f'l{i}'))
            for i in range(0, 20, 2):
                os.unlink(self.path(f'l{i}'))
            assert os.stat(path).st_nlink == 11 or 'uncounted' in self.can
        if 'special' in self.can:
            os.mkfifo(self.path('fifo'))
            os.mknod(self.path('null'), stat.S_IFCHR | 0o600, os.makedev(1, 3))

    def when_room(self, call):
        """What was removed is free when the driver knows that nobody uses it, and has committed that."""
        end = time.monotonic() + 20
        while True:
            try:
                return call()
            except OSError as e:
                assert e.errno == errno.ENOSPC and time.monotonic() < end, f'no room after a file was removed: {e}'
                time.sleep(0.05)

    def full(self):
        """To the last byte, twice, with what was there before unharmed."""
        for _ in range(2):
            path, size = self.path('fill'), 0
            fd = self.when_room(lambda: os.open(path, os.O_CREAT | os.O_WRONLY))
            try:
                while True:
                    size += os.write(fd, b'\xa5' * 65536)
                    if size % (1 << 20) == 0:	# what a cache took may still find no room
                        os.fsync(fd)
                    assert size < self.mib << 21, 'it is larger than it can be'
            except OSError as e:
                assert e.errno in (errno.ENOSPC, errno.EFBIG), e
            os.close(fd)
            made = 0
            try:
                while made < 3000:
                    os.mkdir(self.path(f'full{made}'))
                    made += 1
            except OSError as e:
                assert e.errno in (errno.ENOSPC, errno.EMLINK), e
            for i in range(made):
                os.rmdir(self.path(f'full{i}'))
            os.unlink(path)
        data = self.data(50000)
        self.when_room(lambda: self.write(self.path('after'), 0, data))

    def run(self):
        self.fragments()
        self.sparse()
        self.directory()
        self.subtrees()
        self.links()
        self.verify()
        if 'cleaner' not in self.can:
            self.full()
            self.verify()


if __name__ == '__main__':
    if sys.argv[1] == '--list':
        listing(sys.argv[2])
    else:
        Load(sys.argv[1], int(sys.argv[2]), sys.argv[3:]).run()
