# SPDX-License-Identifier: GPL-2.0-only
"""NFS beside nfs-cp and nfs-cat of libnfs, all from one ganesha: see network.py."""
import os, subprocess, time

import network, smb
from network import MIB, SIZE

URL = 'nfs://127.0.0.1/export/'


def rate(command):
    """MiB/s of a command that moves SIZE MiB."""
    start = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return SIZE / (time.monotonic() - start)


def measure(work):
    mnt, export, source, figures = work + '/mnt', work + '/export', work + '/source', {}
    network.make_many(export)
    block = os.urandom(MIB)
    with open(source, 'wb') as f:
        for _ in range(SIZE):
            f.write(block)
    # libnfs speaks NFS 3 to this server: its NFS 4 is refused.
    peer = [rate(['nfs-cp', source, URL + 'peer']), rate(['nfs-cat', URL + 'peer'])]
    os.unlink(export + '/peer')
    for version in ('3', '4.2'):
        mounts = network.Mounts('rumpfs.nfs', '127.0.0.1:/export', mnt, f'vers={version}')
        mounts.mount()
        figures[version] = network.transfer(mnt + '/ours') + peer
        os.unlink(mnt + '/ours')        # not behind the server's back
        mounts.umount()
    return figures | mounts.measure()


def run(build, folder, verdict):
    f = network.apart(__file__, build, folder)
    for version in ('4.2', '3'):
        write, read, pwrite, pread = f[version]
        verdict(f'NFS {version} write 512 MiB, nfs-cp', write, pwrite, 'MiB/s', write >= pwrite, '>= 1x')
        verdict(f'NFS {version} read 512 MiB, nfs-cat', read, pread, 'MiB/s', read >= pread, '>= 1x')
    pstats = smb.peer_stats(build, folder)
    verdict('NFS stats after readdir, smbnetfs', f['stats'], pstats, '/s', f['stats'] >= 5 * pstats, '>= 5x')
    verdict('NFS mount and readdir', f['mount'], 0, 'ms', f['mount'] <= 50, '<= 50 ms')
    verdict('NFS private memory, idle', f['private'], 0, 'MiB', f['private'] <= 10, '<= 10 MiB')


if __name__ == '__main__':
    network.serve('ganesha_start', 'nfs_stop', measure)
