# SPDX-License-Identifier: GPL-2.0-only
"""Checksums and compression of our kernel's C beside the host's, which has code for the processor: the
same image, in memory, mounted by rumpfs and by the host's own driver (Btrfs, squashfs)."""
import os, shutil, statistics, subprocess, tempfile, time

MIB = 1 << 20
SIZE = 256


def sh(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Pair:
    def __init__(self, kind, image, mnt):
        self.kind, self.image, self.mnt = kind, image, mnt
        self.ways = (('mount', '-t', 'rumpfs.' + kind, image, mnt),
                     ('mount', '-t', kind, '-o', 'loop', image, mnt))

    def rates(self, action):
        """Medians of three rates of action() in turn, on mounts of their own: ours, the host's."""
        rates = ([], [])
        for _ in range(3):
            for way, found in zip(self.ways, rates):
                sh(*way)
                start = time.monotonic()
                moved = action()
                found.append(moved / MIB / (time.monotonic() - start))
                sh('umount', self.mnt)
        return [statistics.median(r) for r in rates]


def read_all(top):
    moved = 0
    for folder, _, files in os.walk(top):
        for name in files:
            with open(os.path.join(folder, name), 'rb', buffering=0) as f:
                while data := f.read(MIB):
                    moved += len(data)
    return moved


def write_file(path, block):
    with open(path, 'wb', buffering=0) as f:
        for _ in range(SIZE):
            f.write(block)
        os.fsync(f.fileno())
    return SIZE * MIB


def run(verdict):
    work = tempfile.mkdtemp(prefix='rumpfs-bench.', dir='/dev/shm')
    mnt, image, block = work + '/mnt', work + '/image', os.urandom(MIB)
    os.mkdir(mnt)
    try:
        for name in ('crc32c', 'xxhash', 'sha256', 'blake2'):
            with open(image, 'wb') as f:
                f.truncate(1024 * MIB)
            sh('mkfs.btrfs', '-qf', '--csum', name, image)
            pair = Pair('btrfs', image, mnt)
            for what, action in (('write', lambda: write_file(mnt + '/f', block)), ('read', lambda: read_all(mnt))):
                ours, host = pair.rates(action)
                verdict(f'btrfs {name} {what}, host', ours, host, 'MiB/s', True, '')
            os.unlink(image)
        source = work + '/source'
        os.mkdir(source)
        # As compressible as programs are, being some.
        for path in sorted(p.path for p in os.scandir('/usr/bin') if p.is_file(follow_symlinks=False))[:400]:
            shutil.copy(path, source)
        for name in ('gzip', 'xz', 'lz4', 'zstd'):
            sh('mksquashfs', source, image, '-comp', name, '-noappend', '-quiet')
            ours, host = Pair('squashfs', image, mnt).rates(lambda: read_all(mnt))
            verdict(f'squashfs {name} read, host', ours, host, 'MiB/s', True, '')
    finally:
        if os.path.ismount(mnt):
            sh('umount', mnt)
        shutil.rmtree(work)
