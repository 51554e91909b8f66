# SPDX-License-Identifier: GPL-2.0-only
"""SMB beside smbnetfs, both from one smbd: see network.py. Each writes once (smbnetfs takes a minute), and reads in turn with
the other: medians of that."""
import os, shutil, subprocess, sys, time

import network


def smbnetfs(work, peer):
    """The share as smbnetfs shows it, mounted on peer."""
    os.mkdir(peer)
    network.make_many(work + '/export')
    with open(work + '/smbnetfs.conf', 'w') as f:
        f.write('auth "127.0.0.1" "alice" "secret-alice"\nsmb_query_browsers "false"\n')
    os.chmod(work + '/smbnetfs.conf', 0o600)
    subprocess.run(['smbnetfs', peer, '-o', f'config={work}/smbnetfs.conf'], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ, HOME=work))
    share, end = peer + '/127.0.0.1/data', time.monotonic() + 20
    while not os.path.isdir(share + '/many'):
        assert time.monotonic() < end, 'smbnetfs shows nothing'
        time.sleep(0.05)
    return share


def measure(work):
    mnt, peer, figures = work + '/mnt', work + '/peer', {}
    share, source, export = smbnetfs(work, peer), network.make_source(work), work + '/export'
    mounts = network.Mounts('rumpfs.smbfs', '//127.0.0.1/data', mnt, 'username=alice,password=secret-alice')
    mounts.mount()
    files = {'peer': share + '/peer', 'ours': mnt + '/ours'}
    writes = {who: network.write(source, file, export) for who, file in files.items()}
    reads = [[network.read(file) for file in files.values()] for _ in range(network.ROUNDS)]
    for who, read in zip(files, network.medians(reads)):
        figures[who] = [writes[who], read]
    mounts.umount()
    figures['peer'].append(network.stats(share + '/many'))
    subprocess.run(['umount', '-l', peer], check=True)
    for way in (',sign', ',seal'):
        mounts.mount(way)
        figures['ours' + way] = network.transfer(source, mnt + '/ours', export)
        mounts.umount()
    return figures | mounts.measure()


def measure_stats(work):
    share = smbnetfs(work, work + '/peer')
    figures = {'stats': network.stats(share + '/many')}
    subprocess.run(['umount', '-l', work + '/peer'], check=True)
    return figures


def peer_stats(build, folder):
    """Stats a second of smbnetfs; 0 if it or its server is not there."""
    if not shutil.which('smbd') or not shutil.which('smbnetfs'):
        return 0
    return network.apart(__file__, build, folder, 'stats')['stats']


def run(build, folder, verdict):
    f = network.apart(__file__, build, folder)
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
    network.serve('smbd_start', 'smbd_stop', measure_stats if sys.argv[2:] else measure)
