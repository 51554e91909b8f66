# SPDX-License-Identifier: GPL-2.0-only
"""The folder that images of read-only file systems are made of; props/tree.c looks at it."""
import os

MASK = (1 << 64) - 1


def pattern(seed, size):
    """As pattern() of prop.c."""
    out = bytearray()
    for word in range((size + 7) // 8):
        x = (word * 0x9e3779b97f4a7c15 + seed * 0xc2b2ae3d27d4eb4f) & MASK
        x ^= x >> 29
        out += bytes(b | 1 for b in x.to_bytes(8, 'little'))
    return bytes(out[:size])


def make(top):
    def put(name, data, mode=0o644):
        path = os.path.join(top, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'wb') as f:
            f.write(data)
        os.chmod(path, mode)

    os.umask(0o022)
    put('file', pattern(1, 70001))
    put('small', pattern(2, 5), 0o640)
    put('empty', b'')
    put('dir/sub/deep', pattern(3, 3000))
    os.chmod(top + '/dir', 0o750)
    for i in range(300):
        put(f'many/n{i:03}', b'')
    put('sparse', b'')
    with open(top + '/sparse', 'r+b') as f:
        f.seek(1000000)
        f.write(b'end')
    os.symlink('dir/sub/deep', top + '/link')
