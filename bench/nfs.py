# SPDX-License-Identifier: GPL-2.0-only
"""
NFS beside nfs-cp and nfs-cat of libnfs, all from one ganesha: see network.py. Both write a new file from
one that the host has in its cache, by calls of 1 MiB, with one COMMIT or more, the last of which ends the time. Both read it
out of the server's memory to /dev/null, and into a new file. Medians of rounds in which each has its turn. So has a small libfuse daemon
that answers from one buffer: what it costs to come through FUSE and the host's page cache, without any server.
"""
import os, subprocess, time

import network, smb
from network import rate

URL = 'nfs://127.0.0.1/export/'


def peer(source, name, export):
    network.warm(export)
    # libnfs speaks NFS 3 to this server: its NFS 4 is refused.
    return [rate('nfs-cp', source, URL + name), rate('nfs-cat', URL + name),
            network.into_file(source, lambda out: rate('nfs-cp', URL + name, out))]


class Alone:
    """Reading from bench/nullfs.c, which has no server: as far ahead as from ours."""

    def __init__(self, where):
        self.where = where
        os.mkdir(where)
        self.daemon = subprocess.Popen([os.environ['BUILD'] + '/bench/bench-nullfs', where])
        while not os.path.ismount(where):
            time.sleep(0.005)
        device = os.stat(where).st_dev
        with open(f'/sys/class/bdi/{os.major(device)}:{os.minor(device)}/read_ahead_kb', 'w') as f:
            f.write('4096')

    def stop(self):
        subprocess.run(['umount', self.where], check=True)
        self.daemon.wait()


def measure(work):
    mnt, export, figures = work + '/mnt', work + '/export', {'peer': [], 'alone': [], '3': [], '4.2': []}
    network.make_many(export)
    source, alone = network.make_source(work), Alone(work + '/alone')
    for i in range(network.ROUNDS):
        figures['peer'].append(peer(source, f'peer{i}', export))
        figures['alone'].append([network.read(alone.where + '/f')])
        for version in ('3', '4.2'):
            mounts = network.Mounts('rumpfs.nfs', '127.0.0.1:/export', mnt, f'vers={version}')
            mounts.mount()
            figures[version].append(network.transfer(source, mnt + '/ours', export) + [network.copy(source, mnt + '/ours')])
            for name in os.listdir(mnt):        # not behind the server's back, which would keep it in memory
                if name != 'many':
                    os.unlink(f'{mnt}/{name}')
            mounts.umount()
    alone.stop()
    return {what: network.medians(rounds) for what, rounds in figures.items()} | mounts.measure()


def run(build, folder, verdict):
    f = network.apart(__file__, build, folder)
    for version in ('4.2', '3'):
        (write, read, copy), (pwrite, pread, pcopy) = f[version], f['peer']
        verdict(f'NFS {version} write 512 MiB, nfs-cp', write, pwrite, 'MiB/s', write >= pwrite, '>= 1x')
        verdict(f'NFS {version} read 512 MiB, nfs-cat', read, pread, 'MiB/s', read >= pread, '>= 1x')
        verdict(f'NFS {version} read to a file, nfs-cp', copy, pcopy, 'MiB/s', copy >= pcopy, '>= 1x')
    (alone,), (_, pread, _) = f['alone'], f['peer']
    verdict('libfuse, no server read, nfs-cat', alone, pread, 'MiB/s', True, 'not ours')
    pstats = smb.peer_stats(build, folder)
    verdict('NFS stats after readdir, smbnetfs', f['stats'], pstats, '/s', f['stats'] >= 5 * pstats, '>= 5x')
    verdict('NFS mount and readdir', f['mount'], 0, 'ms', f['mount'] <= 50, '<= 50 ms')
    verdict('NFS private memory, idle', f['private'], 0, 'MiB', f['private'] <= 10, '<= 10 MiB')


if __name__ == '__main__':
    network.serve('ganesha_start', 'nfs_stop', measure)
