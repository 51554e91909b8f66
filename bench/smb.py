# SPDX-License-Identifier: GPL-2.0-only
"""SMB beside smbnetfs, both from one smbd on the loopback of a network of our own.

run(build, verdict) starts this file again in name spaces of its own, where the
server is that of the tests (tests/servers.sh), and prints the figures.
"""
import json, os, shutil, statistics, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.realpath(__file__))
TESTS = os.path.dirname(HERE) + '/tests'
SHARE, MIB, SIZE, FILES = '//127.0.0.1/data', 1 << 20, 512, 10000
LOGIN = 'username=alice,password=secret-alice'


def mount(where, options=''):
    subprocess.run(['mount', '-t', 'rumpfs.smbfs', '-o', LOGIN + options, SHARE, where], check=True)


def umount(where):
    subprocess.run(['umount', where], check=True)
    while b'rumpfs.smbfs' in b''.join(commands().values()):
        time.sleep(0.005)


def commands():
    """Daemons of this share in our own mount name space: others may have one of the same name."""
    found, here = {}, os.stat('/proc/self/ns/mnt').st_ino
    for pid in os.listdir('/proc'):
        if pid.isdigit():
            try:
                text = open(f'/proc/{pid}/cmdline', 'rb').read()
                if text.startswith(b'rumpfs.smbfs') and SHARE.encode() in text and \
                        os.stat(f'/proc/{pid}/ns/mnt').st_ino == here:
                    found[pid] = text
            except OSError:
                pass
    return found


def drop():
    with open('/proc/sys/vm/drop_caches', 'w') as f:
        f.write('1')


def transfer(folder, name):
    """MiB/s of writing, to the server's word that it has it, and of reading."""
    block, rates = os.urandom(MIB), []
    start = time.monotonic()
    with open(f'{folder}/{name}', 'wb', buffering=0) as f:
        for _ in range(SIZE):
            f.write(block)
        os.fsync(f.fileno())
    rates.append(SIZE / (time.monotonic() - start))
    drop()
    start = time.monotonic()
    with open(f'{folder}/{name}', 'rb', buffering=0) as f:
        while f.read(MIB):
            pass
    rates.append(SIZE / (time.monotonic() - start))
    return rates


def stats(folder):
    """Stats a second of all files of a folder that was just listed."""
    names = os.listdir(folder)
    assert len(names) == FILES, len(names)
    start = time.monotonic()
    for name in names:
        os.stat(f'{folder}/{name}')
    return FILES / (time.monotonic() - start)


def measure(work):
    mnt, peer, export, figures = work + '/mnt', work + '/peer', work + '/export', {}
    os.mkdir(peer)
    os.mkdir(export + '/many')
    for i in range(FILES):
        open(f'{export}/many/a file with a name {i:05}', 'w').close()
    with open(work + '/smbnetfs.conf', 'w') as f:
        f.write('auth "127.0.0.1" "alice" "secret-alice"\nsmb_query_browsers "false"\n')
    os.chmod(work + '/smbnetfs.conf', 0o600)
    subprocess.run(['smbnetfs', peer, '-o', f'config={work}/smbnetfs.conf'], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=work))
    share, end = peer + '/127.0.0.1/data', time.monotonic() + 20
    while not os.path.isdir(share + '/many'):
        assert time.monotonic() < end, 'smbnetfs shows nothing'
        time.sleep(0.05)
    figures['peer'] = transfer(share, 'peer') + [stats(share + '/many')]
    subprocess.run(['umount', '-l', peer], check=True)
    times = []
    for _ in range(10):
        start = time.monotonic()
        mount(mnt)
        os.listdir(mnt)
        times.append((time.monotonic() - start) * 1e3)
        umount(mnt)
    figures['mount'] = statistics.median(times)
    for way in ('', ',sign', ',seal'):
        mount(mnt, way)
        figures['ours' + way] = transfer(mnt, 'ours')
        umount(mnt)
    mount(mnt)
    figures['stats'] = stats(mnt + '/many')
    umount(mnt)
    mount(mnt)
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
    (write, read), (pwrite, pread, pstats) = f['ours'], f['peer']
    verdict('SMB write 512 MiB, smbnetfs', write, pwrite, 'MiB/s', write >= 2 * pwrite, '>= 2x')
    verdict('SMB read 512 MiB, smbnetfs', read, pread, 'MiB/s', read >= 2 * pread, '>= 2x')
    for way in ('sign', 'seal'):
        verdict(f'SMB write, {way}', f['ours,' + way][0], 0, 'MiB/s', True, '')
        verdict(f'SMB read, {way}', f['ours,' + way][1], 0, 'MiB/s', True, '')
    verdict('SMB stat 10 000 after readdir', f['stats'], pstats, '/s', f['stats'] >= 5 * pstats, '>= 5x')
    verdict('SMB mount and readdir', f['mount'], 0, 'ms', f['mount'] <= 50, '<= 50 ms')
    verdict('SMB private memory, idle', f['private'], 0, 'MiB', f['private'] <= 10, '<= 10 MiB')


if __name__ == '__main__':
    subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
    server = subprocess.Popen(['bash', '-c', '. "$T/lib.sh"; mkdir -p "$EXPORT"; smbd_start; echo ready; read || true; smbd_stop'],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(os.environ, OWN_NETWORK='1'))
    assert b'ready' in server.stdout.readline(), 'no server'
    try:
        figures = measure(sys.argv[1])
    finally:
        server.stdin.close()
        server.wait()
    json.dump(figures, open(sys.argv[1] + '/figures', 'w'))
