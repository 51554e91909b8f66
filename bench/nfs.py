# SPDX-License-Identifier: GPL-2.0-only
"""NFS beside nfs-cp and nfs-cat of libnfs, all from one ganesha on the loopback of a network of our own.

run(build, verdict) starts this file again in name spaces of its own, where the
server is that of the tests (tests/servers.sh), and prints the figures.
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.realpath(__file__))
TESTS = os.path.dirname(HERE) + '/tests'
EXPORT, URL, MIB, SIZE, FILES = '127.0.0.1:/export', 'nfs://127.0.0.1/export/', 1 << 20, 512, 10000


def commands():
    found = []
    for pid in os.listdir('/proc'):
        if pid.isdigit():
            try:
                if open(f'/proc/{pid}/cmdline', 'rb').read().startswith(b'rumpfs.nfs\0' + EXPORT.encode()):
                    found.append(pid)
            except OSError:
                pass
    return found


def mount(where, version):
    subprocess.run(['mount', '-t', 'rumpfs.nfs', '-o', f'vers={version}', EXPORT, where], check=True)


def umount(where):
    subprocess.run(['umount', where], check=True)
    while commands():
        time.sleep(0.005)


def drop():
    with open('/proc/sys/vm/drop_caches', 'w') as f:
        f.write('1')


def rate(command, **more):
    """MiB/s of a command that moves SIZE MiB."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **more)
    return SIZE / (time.monotonic() - start)


def transfer(folder, source):
    """MiB/s of writing, to the server's word that it has it, and of reading."""
    start = time.monotonic()
    with open(source, 'rb', buffering=0) as i, open(folder + '/ours', 'wb', buffering=0) as o:
        while data := i.read(MIB):
            o.write(data)
        os.fsync(o.fileno())
    write = SIZE / (time.monotonic() - start)
    drop()
    start = time.monotonic()
    with open(folder + '/ours', 'rb', buffering=0) as f:
        while f.read(MIB):
            pass
    return [write, SIZE / (time.monotonic() - start)]


def stats(folder):
    """Stats a second of all files of a folder that was just listed."""
    names = os.listdir(folder)
    assert len(names) == FILES, len(names)
    start = time.monotonic()
    for name in names:
        os.stat(f'{folder}/{name}')
    return FILES / (time.monotonic() - start)


def measure(work):
    mnt, export, source, figures = work + '/mnt', work + '/export', work + '/source', {}
    os.mkdir(export + '/many')
    for i in range(FILES):
        open(f'{export}/many/a file with a name {i:05}', 'w').close()
    block = os.urandom(MIB)
    with open(source, 'wb') as f:
        for _ in range(SIZE):
            f.write(block)
    # libnfs speaks NFS 3 to this server: its NFS 4 is refused.
    peer = [rate(['nfs-cp', source, URL + 'peer']), rate(['nfs-cat', URL + 'peer'])]
    os.unlink(export + '/peer')
    for version in ('4.2', '3'):
        mount(mnt, version)
        figures[version] = transfer(mnt, source) + peer
        os.unlink(mnt + '/ours')        # not behind the server's back
        umount(mnt)
    times = []
    for _ in range(10):
        start = time.monotonic()
        mount(mnt, '4.2')
        os.listdir(mnt)
        times.append((time.monotonic() - start) * 1e3)
        umount(mnt)
    figures['mount'] = statistics.median(times)
    mount(mnt, '4.2')
    figures['stats'] = stats(mnt + '/many')
    umount(mnt)
    mount(mnt, '4.2')
    os.listdir(mnt)
    time.sleep(10)
    figures['private'] = sum(int(line.split()[1]) for pid in commands()
                             for line in open(f'/proc/{pid}/smaps_rollup') if line.startswith('Private_')) / 1024
    umount(mnt)
    return figures


def run(build, folder, verdict):
    work = tempfile.mkdtemp(prefix='rumpfs-bench.', dir=folder)
    os.mkdir(work + '/mnt')
    try:
        subprocess.run(['unshare', '--net', '--mount', sys.executable, __file__, work], check=True,
                       env=dict(os.environ, W=work, T=TESTS, BUILD=build, LC_ALL='C.UTF-8'))
        f = json.load(open(work + '/figures'))
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for version in ('4.2', '3'):
        write, read, pwrite, pread = f[version]
        verdict(f'NFS {version} write 512 MiB, nfs-cp', write, pwrite, 'MiB/s', write >= pwrite, '>= 1x')
        verdict(f'NFS {version} read 512 MiB, nfs-cat', read, pread, 'MiB/s', read >= pread, '>= 1x')
    verdict('NFS stat 10 000 after readdir', f['stats'], 0, '/s', True, '')
    verdict('NFS mount and readdir', f['mount'], 0, 'ms', f['mount'] <= 50, '<= 50 ms')
    verdict('NFS private memory, idle', f['private'], 0, 'MiB', f['private'] <= 10, '<= 10 MiB')


if __name__ == '__main__':
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    server = subprocess.Popen(['bash', '-c', '. "$T/lib.sh"; mkdir -p "$EXPORT"; ganesha_start; echo ready; read || true; nfs_stop'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, OWN_NETWORK='1'))
    assert b'ready' in server.stdout.readline(), 'no server'
    try:
        figures = measure(sys.argv[1])
    finally:
        server.stdin.close()
        server.wait()
    json.dump(figures, open(sys.argv[1] + '/figures', 'w'))
