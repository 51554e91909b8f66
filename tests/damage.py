#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""damage.py IMAGE FIRST COUNT FOLDER: damaged file systems, mounted by mount(8).

A file system of tests/fs/images/IMAGE is made and filled; then COUNT times its metadata is damaged at random
(seeds from FIRST on: the same one, the same damage), and what is left is mounted, walked, read, written to and
unmounted. What the driver makes of it is its own affair: errors, or a panic. It must not be anybody else's:

  * every step ends in time, be it with an error;
  * a mount that fails says why in a line and exits with 32;
  * whatever happened, the mount can be taken off and no process stays. A driver that spins is ended by the watchdog,
    one that waits for itself by umount -f.

What is damaged: sectors that are neither empty nor data of files, which have a pattern of their own.
A failure prints the command that repeats it, and keeps the image.
"""
import collections
import itertools
import os
import random
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.realpath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE + '/fs')
import images		# noqa: E402
import tree		# noqa: E402

SECTOR = 512
DATA = b'Data of a file.\n'		# what a sector of it begins with
MOUNT, WALK, UMOUNT, GONE = 60, 60, 90, 60		# seconds
WATCHDOG = 3		# seconds of CPU time that a driver may spin


# --- what is done to the mount, in a process of its own --------------------------------------

def attempt(call, *args, **kw):
    """A system call that may fail as it likes."""
    try:
        return call(*args, **kw)
    except (OSError, ValueError):		# ValueError: a name that Python does not like
        return None


def read(path):
    with open(path, 'rb') as f:
        for _ in range(16):
            if not f.read(65536):
                break
        f.seek(1 << 30)
        f.read(1)


def write(path, size, how):
    fd = os.open(path, how, 0o644)
    try:
        os.write(fd, DATA * (size // len(DATA)))
        os.fsync(fd)
    finally:
        os.close(fd)


def names(folder):
    """Some: a damaged folder may have no end."""
    with os.scandir(folder) as entries:
        return [e.name for e in itertools.islice(entries, 300)]


def walk(top):
    """Looks at what is there, but not for ever: folders may lie within themselves."""
    todo, seen, folders, files = collections.deque([(top, 0)]), 0, [], []
    while todo and seen < 1500:
        folder, depth = todo.popleft()
        for name in attempt(names, folder) or []:
            path = os.path.join(folder, name)
            seen += 1
            st = attempt(os.lstat, path)
            attempt(os.listxattr, path, follow_symlinks=False)
            if st is None or seen > 1500:
                continue
            kind = st.st_mode & 0o170000
            if kind == 0o040000 and depth < 20:
                todo.append((path, depth + 1))
                folders.append(path)
            elif kind == 0o120000:
                attempt(os.readlink, path)
            elif kind == 0o100000:
                attempt(read, path)
                files.append(path)
    return folders, files


def use(top):
    folders, files = walk(top)
    attempt(os.statvfs, top)
    for folder in [top] + folders[-2:]:
        new = os.path.join(folder, 'new')
        attempt(write, new, 150000, os.O_WRONLY | os.O_CREAT)
        attempt(os.mkdir, new + '.dir')
        attempt(os.rename, new, new + '.dir/moved')
        attempt(os.setxattr, new + '.dir', 'user.x', b'y' * 200)
        attempt(os.symlink, 'x' * 70, new + '.link')
        for i in range(40):
            attempt(write, f'{new}.{i}', 0, os.O_WRONLY | os.O_CREAT)
        for i in range(40):
            attempt(os.unlink, f'{new}.{i}')
    for path in files[:3] + files[-3:]:
        attempt(write, path, 70000, os.O_WRONLY | os.O_APPEND)
        attempt(os.truncate, path, 1000)
    for path in files[3:6]:
        attempt(os.unlink, path)
    for path in folders[:3]:
        attempt(os.rmdir, path)
    sys.exit(0 if files or folders else 1)		# 1: there was nothing to look at


def fill(top):
    """Some of everything that there may be. What the file system cannot, it does not."""
    for folder in ('d', 'd/e', 'd/e/f', 'many'):
        os.mkdir(f'{top}/{folder}')
    for i, size in enumerate((0, 10, 600, 5000, 40000, 300000)):
        for folder in ('', 'd/', 'd/e/f/'):
            with open(f'{top}/{folder}file{i}', 'wb') as f:
                f.write((DATA * (size // len(DATA) + 1))[:size])
    for i in range(120):
        open(f'{top}/many/n{i:03}', 'w').close()
    for i in range(0, 120, 3):
        os.unlink(f'{top}/many/n{i:03}')
    attempt(os.truncate, f'{top}/file2', 200000)
    attempt(os.symlink, 'd/e/f/file3', top + '/link')
    attempt(os.symlink, 'long/' * 40, top + '/longlink')
    attempt(os.link, top + '/file3', top + '/hard')
    attempt(os.mknod, top + '/fifo', 0o010644)
    attempt(os.setxattr, top + '/file3', 'user.short', b'value')
    attempt(os.setxattr, top + '/d', 'user.long', b'value' * 300)


# --- the damage -------------------------------------------------------------------------------

def metadata(path):
    """Numbers of sectors that are neither empty nor data."""
    out = []
    with open(path, 'rb') as f:
        for n, sector in enumerate(iter(lambda: f.read(SECTOR), b'')):
            if sector.strip(b'\0') and DATA not in sector:
                out.append(n)
    return out


def damage(path, sectors, seed):
    """Returns what was done, for who wants to know."""
    r, done = random.Random(seed), []
    with open(path, 'r+b') as f:
        for _ in range(r.choice((1, 1, 2, 4, 16))):
            # The first sectors describe all others.
            n = r.choice(sectors[:16] if r.randrange(5) == 0 else sectors)
            f.seek(n * SECTOR)
            old = bytearray(f.read(SECTOR))
            how = r.choice(('bits', 'bytes', 'number', 'number', 'zero', 'ones', 'noise', 'other'))
            full = [i for i, b in enumerate(old) if b] or [0]
            at = r.choice(full)
            if how == 'bits':
                old[at] ^= 1 << r.randrange(8)
            elif how == 'bytes':
                for _ in range(r.randrange(1, 9)):
                    old[r.choice(full)] = r.randrange(256)
            elif how == 'number':
                width = r.choice((1, 2, 4, 8))
                at = at // width * width
                value = r.choice((0, 1, 2, (1 << 8 * width) - 1, (1 << 8 * width - 1) - 1, 1 << 8 * width - 1,
                                  r.randrange(1 << 8 * width)))
                old[at:at + width] = value.to_bytes(width, r.choice(('little', 'big')))
            elif how == 'zero':
                old[:] = bytes(SECTOR)
            elif how == 'ones':
                old[:] = b'\xff' * SECTOR
            elif how == 'noise':
                old[:] = r.randbytes(SECTOR)
            else:
                f.seek(r.choice(sectors) * SECTOR)
                old = f.read(SECTOR)
            f.seek(n * SECTOR)
            f.write(old)
            done.append(f'{how}@{n * SECTOR + (at if how in ("bits", "number") else 0)}')
    return ' '.join(done)


# --- one damaged file system ------------------------------------------------------------------

def daemons(image):
    """Processes of the mount of @image."""
    found = []
    for pid in os.listdir('/proc'):
        if pid.isdigit():
            try:
                with open(f'/proc/{pid}/cmdline', 'rb') as f:
                    words = f.read().split(b'\0')
            except OSError:
                continue
            if words[0].startswith(b'rumpfs.') and len(words) > 1 and words[1] == image.encode():
                found.append(int(pid))
    return found


def mounted(where):
    with open('/proc/self/mountinfo') as f:
        return any(line.split()[4] == where for line in f)


class Wrong(Exception):
    pass


def bounded(seconds, *command, free=None):
    """(exit status or None if it did not end in time, output). @free is called for one that cannot be killed."""
    with open('out', 'w+') as out:
        p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        try:
            status = p.wait(seconds)
        except subprocess.TimeoutExpired:
            p.kill()
            status = None
            try:
                p.wait(10)
            except subprocess.TimeoutExpired:
                if not free:
                    raise Wrong(f'{command[0]} cannot be killed') from None
                free()
                p.wait(10)
        out.seek(0)
        return status, out.read()


def gone(image, where):
    end = time.monotonic() + GONE
    while daemons(image) or mounted(where):
        if time.monotonic() > end:
            raise Wrong(f'left behind: processes {daemons(image)}, mounted: {mounted(where)}')
        time.sleep(0.01)


def take_off(where):
    """As a user would: umount, and -f where that does not do."""
    status, out = bounded(UMOUNT, 'umount', where)
    if status is None:
        raise Wrong('umount hangs')
    if mounted(where):
        status, out = bounded(UMOUNT, 'umount', '-f', where)
        if status is None or mounted(where):
            raise Wrong(f'umount -f: {status}: {out}')
        return 'umount -f'
    return 'umount' if status == 0 else f'umount {status}'


def one(kind, options, image, where):
    """What became of it, in a word."""
    status, out = bounded(MOUNT, 'mount', '-t', 'rumpfs.' + kind, *options, image, where)
    if status is None:
        raise Wrong('mount hangs')
    if status:
        if status != 32:
            raise Wrong(f'mount: exit status {status}: {out}')
        # The driver, or the helper, may have said more.
        if not re.search(r'^mount\.rumpfs: .*: mounting failed: .', out, re.M) or out.count('\n') > 20:
            raise Wrong(f'mount does not say why: {out!r}')
        gone(image, where)
        return 'refused'
    # A driver that waits for itself keeps its callers, until the mount is taken off by force.
    force = ('timeout', '-s', 'KILL', '60', 'umount', '-f', where)
    status, out = bounded(WALK, sys.executable, __file__, '--use', where, free=lambda: subprocess.run(force, stderr=subprocess.DEVNULL))
    if out.strip():
        raise Wrong('the walk: ' + out)
    how = take_off(where) if mounted(where) else 'panic' if status is not None else 'deadlock'
    gone(image, where)
    return how if status is not None else how + ' (after a minute of walking)'


def main(argv):
    if argv[1:2] == ['--use']:
        use(argv[2])
    if len(argv) != 5:
        sys.exit(__doc__.split('\n\n')[0])
    name, first, count, folder = argv[1], int(argv[2]), int(argv[3]), os.path.realpath(argv[4])
    os.chdir(folder)
    image = next((i for i in images.all_images() if i.name == name), None)
    if image is None or image.skip:
        print(image.skip if image else f'no image {name}')
        return 77
    whole, broken, where = f'{folder}/whole', f'{folder}/broken', f'{folder}/at'
    os.makedirs(where, exist_ok=True)
    with open(whole, 'wb') as f:
        f.truncate(image.size)
    if image.tree:
        shutil.rmtree(folder + '/tree', ignore_errors=True)
        os.mkdir(folder + '/tree')
        tree.make(folder + '/tree')
    status, out = image.command('mkfs', whole, folder + '/tree')
    if status:
        print(out)
        return 1
    kind, options = image.key['type'], ['-o', f'watchdog={WATCHDOG}' + ',' * bool(image.options) + image.options]
    status, out = bounded(MOUNT, 'mount', '-t', 'rumpfs.' + kind, *options, whole, where)
    if status:
        print(f'the undamaged one cannot be mounted: {out}')
        return 1
    if not os.statvfs(where).f_flag & os.ST_RDONLY:
        attempt(fill, where)
    take_off(where)
    gone(whole, where)
    sectors, results, bad = metadata(whole), collections.Counter(), 0
    for seed in range(first, first + count):
        shutil.copyfile(whole, broken)
        done = damage(broken, sectors, seed)
        start = time.monotonic()
        try:
            result = one(kind, options, broken, where)
        except Wrong as e:
            bad += 1
            print(f'{name}, seed {seed} ({done}): {e}\n  repeat: tests/damage.py {name} {seed} 1 FOLDER', flush=True)
            shutil.copyfile(broken, f'{folder}/{name}.{seed}')
            subprocess.run(['umount', '-l', where], stderr=subprocess.DEVNULL)
            end = time.monotonic() + GONE
            while daemons(broken) and time.monotonic() < end:
                time.sleep(0.05)
            if daemons(broken):
                print(f'  and umount -l does not end {daemons(broken)}', flush=True)
                return 1
            continue
        results[result] += 1
        if time.monotonic() - start > 10:
            print(f'note: {name}, seed {seed} took {time.monotonic() - start:.0f} s: {result}')
    print(f'note: {name}, {len(sectors)} sectors: ' + ', '.join(f'{n} x {r}' for r, n in results.most_common()))
    return int(bad > 0)


if __name__ == '__main__':
    sys.exit(main(sys.argv))
