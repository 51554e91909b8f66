# SPDX-License-Identifier: GPL-2.0-only
"""What the figures of NFS and SMB share: a server of the tests (tests/servers.sh) on the loopback
of a network of our own, what is done to a mount of it, and how that is started.
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time

TESTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__))) + '/tests'
MIB, SIZE, FILES, ROUNDS = 1 << 20, 512, 10000, 5


class Mounts:
    """Mounts of one source on one directory; options as mount(8) has them."""

    def __init__(self, kind, source, where, options):
        self.kind, self.source, self.where, self.options = kind, source, where, options

    def mount(self, options=''):
        subprocess.run(['mount', '-t', self.kind, '-o', self.options + options, self.source, self.where], check=True)

    def umount(self):
        subprocess.run(['umount', self.where], check=True)
        while self.daemons():
            time.sleep(0.005)

    def daemons(self):
        """In our own mount name space: others may have a mount of the same name."""
        found, here = [], os.stat('/proc/self/ns/mnt').st_ino
        for pid in os.listdir('/proc'):
            if pid.isdigit():
                try:
                    if open(f'/proc/{pid}/cmdline', 'rb').read().startswith(f'{self.kind}\0{self.source}'.encode()) and \
                            os.stat(f'/proc/{pid}/ns/mnt').st_ino == here:
                        found.append(pid)
                except OSError:
                    pass
        return found

    def measure(self):
        """What does not depend on the protocol: mount (ms), stats (/s), private memory (MiB)."""
        figures, times = {}, []
        for _ in range(10):
            start = time.monotonic()
            self.mount()
            os.listdir(self.where)
            times.append((time.monotonic() - start) * 1e3)
            self.umount()
        figures['mount'] = statistics.median(times)
        self.mount()
        figures['stats'] = stats(self.where + '/many')
        self.umount()
        self.mount()
        os.listdir(self.where)
        time.sleep(10)
        figures['private'] = sum(int(line.split()[1]) for pid in self.daemons()
                                 for line in open(f'/proc/{pid}/smaps_rollup') if line.startswith('Private_')) / 1024
        self.umount()
        return figures


def make_many(export):
    os.mkdir(export + '/many')
    for i in range(FILES):
        open(f'{export}/many/a file with a name {i:05}', 'w').close()


def make_source(work):
    """A file of SIZE MiB that the host has in its cache, to be copied to servers."""
    with open(work + '/source', 'wb') as f:
        for _ in range(SIZE):
            f.write(os.urandom(MIB))
    return work + '/source'


def rate(*command):
    """MiB/s of a command that moves SIZE MiB."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return SIZE / (time.monotonic() - start)


def warm(export):
    """
    Who writes next finds memory that was just in use, and no disk that is busy with what was written before. A virtual
    machine gives memory that it does not use back to its host, and the server's page cache then grows by a tenth
    of its speed: that alone would decide which of two is faster.
    """
    name = export + '/.warm'
    with open(name, 'wb', buffering=0) as f:
        for _ in range(SIZE + SIZE // 4):
            f.write(bytes(MIB))
    os.unlink(name)
    subprocess.run(['sync', '-f', export], check=True)


def write(source, file, export):
    """MiB/s of writing, to the server's word that it has it, by the tool that one has for that."""
    warm(export)
    return rate('dd', 'if=' + source, 'of=' + file, 'bs=1M', 'conv=fsync')


def forget(file):
    """The client has it no more in its cache."""
    with open(file, 'rb') as f:
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read(file):
    """MiB/s of reading what the client has no more in its cache and the server has."""
    forget(file)
    return rate('cat', file)


def into_file(source, fetch):
    """What fetch(new file) says, when that has become the same as @source."""
    out = source + '.back'
    figure = fetch(out)
    subprocess.run(['cmp', source, out], check=True)
    os.unlink(out)
    return figure


def copy(source, file):
    """The same as read(), into a file."""
    forget(file)
    return into_file(source, lambda out: rate('cp', file, out))


def transfer(source, file, export):
    return [write(source, file, export), read(file)]


def medians(rounds):
    """Of lists of figures of one kind."""
    return [statistics.median(column) for column in zip(*rounds)]


def stats(folder):
    """Stats a second of all files of a folder that was just listed."""
    names = os.listdir(folder)
    assert len(names) == FILES, len(names)
    start = time.monotonic()
    for name in names:
        os.stat(f'{folder}/{name}')
    return FILES / (time.monotonic() - start)


def apart(program, build, folder, *arguments):
    """The figures of serve() in @program, started again in name spaces of its own."""
    work = tempfile.mkdtemp(prefix='rumpfs-bench.', dir=folder)
    os.mkdir(work + '/mnt')
    try:
        subprocess.run(['unshare', '--net', '--mount', sys.executable, program, work, *arguments], check=True,
                       env=dict(os.environ, W=work, T=TESTS, BUILD=build, LC_ALL='C.UTF-8'))
        return json.load(open(work + '/figures'))
    finally:
        shutil.rmtree(work, ignore_errors=True)


def serve(start, stop, measure):
    """In those name spaces: measure(work) between two commands of tests/servers.sh."""
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    server = subprocess.Popen(['bash', '-c', f'. "$T/lib.sh"; mkdir -p "$EXPORT"; {start}; echo ready; read || true; {stop}'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, OWN_NETWORK='1'))
    assert b'ready' in server.stdout.readline(), 'no server'
    try:
        figures = measure(sys.argv[1])
    finally:
        server.stdin.close()
        server.wait()
    json.dump(figures, open(sys.argv[1] + '/figures', 'w'))
