#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""fsdrivers/generate.py FOLDER...: good descriptions pass; each bad one is refused with FILE:LINE."""
import json
import os
import subprocess
import sys
import tempfile

GENERATE, FOLDERS = sys.argv[1], sys.argv[2:]
GOOD = '''component = x
title = X
names = x
access = rw
objects = fs/x/
fstype = x
option = a b=UINT c[=1|2]
'''
# what is changed in GOOD, the line that must be named, a word of the complaint
BAD = [
    (('title = X', 'titel = X'), 2, 'unknown key'),
    (('title = X', 'title'), 2, 'key = value'),
    (('title = X', 'title ='), 2, 'no value'),
    (('title = X', 'title = X\ntitle = Y'), 3, 'line 2'),
    (('title = X\n', ''), 7, '"title" is missing'),
    (('names = x', 'names = X.y'), 3, 'no name'),
    (('fstype = x\n', ''), 3, 'no kernel type'),
    (('access = rw', 'access = wr'), 4, 'one of rw, ro'),
    (('fs/x/', '../x'), 5, 'no path'),
    (('fs/x/', '/x'), 5, 'no path'),
    (('fs/x/', 'fs/x/ fs/x/'), 5, 'twice'),
    (('title = X', 'title = X\nwrap = a.b'), 3, 'no function'),
    (('title = X', 'title = X\nwrap = a b a'), 3, 'twice'),
    (('b=UINT', 'b=NUMBER'), 7, 'kind of value'),
    (('b=UINT', 'b=[1'), 7, 'no option'),
    (('b=UINT', 'a'), 7, 'twice'),
    (('b=UINT', 'b=1||2'), 7, 'list of values'),
    (('option =', 'option@y ='), 7, 'no kernel type "y"'),
    (('title = X', 'title = X\ndefault = zz'), 3, 'no option of this driver'),
    (('title = X', 'title = X\ndefault = b=%pid'), 3, 'umask'),
    (('title = X', 'title = X\ntry = b=1'), 3, 'expected "try'),
    (('title = X', 'title = X\ntry = b=1 b=2 for z=1'), 3, 'no option of this driver'),
    (('title = X', 'title = X\nentry_timeout = long'), 3, 'seconds'),
    (('title = X', 'title = X\nvariant = names=8.3'), 3, 'variant'),
    (('title = X', 'title = X\nsource = tape'), 3, 'one of device'),
    (('title = X', 'title = X\nsource = unc'), 3, 'address'),
    (('title = X', 'title = X\naddress = b'), 3, 'servers'),
    (('title = X', 'title = X\nipv4 = b=x'), 3, 'servers'),
    (('title = X', 'title = X\nsource = unc\naddress = b\notherhost = a'), 5, 'name address'),
    (('title = X', 'title = X\nsource = unc\naddress = b\nipv6 = proto=x'), 5, 'no option of this driver'),
    (('title = X', 'title = X\nsource = unc\naddress = ip'), 4, 'no option of this driver'),
    (('title = X', 'title = X\nsource = unc\naddress = b\nlogin = a b'), 5, 'user password domain'),
    (('title = X', 'title = X\nrefused = sec=krb5'), 3, 'sentence'),
    (('title = X', 'title = X\nrefused = a It is not done.'), 3, 'refused'),
    (('title = X', 'title = X\nsuper = s 0'), 3, 'expected "super'),
    (('title = X', 'title = X\nsuper = s 0 4.3==1'), 3, 'no condition'),
    (('title = X', 'title = X\nsuper = s 0 2047.2==1'), 3, 'beyond'),
    (('title = X', 'title = X\nsuper = s 0 4.1==0x100'), 3, 'does not fit'),
    (('title = X', 'title = X\nsuper = s 0 4.1==1\nsuper = s 0 4.1==1'), 4, 'before'),
    (('title = X', 'title = X\nwhen = s : readonly R'), 3, 'no super "s"'),
    (('title = X', 'title = X\nsuper = s 0 4.1==1\nwhen = s : option zz=1'), 4, 'no option'),
    (('title = X', 'title = X\nsuper = s 0 4.1==1\nwhen = s : write R'), 4, 'expected "when'),
    (('title = X', 'title = X\nsuper = s 0 4.1==1\nwhen = s unless zz : readonly R'), 4, 'no option'),
    (('title = X', 'title = X\nsuper = s 0 4.1==1\nwhen = s : mark 4.1!=1'), 4, 'OFFSET.WIDTH|VALUE'),
    (('title = X', 'title = X\nlookups = fast'), 3, 'one of indexed'),
    (('title = X', 'title = X\nreads = 2M'), 3, 'one of 1M'),
    (('title = X', 'title = X\ncan = links fly'), 3, '"fly"'),
    (('title = X', 'title = X\ncan = links\ncan = links'), 4, 'before'),
    (('title = X', 'title = X\ncase = none'), 3, 'one of sensitive'),
    (('title = X', 'title = X\nnamemax = 300 bytes'), 3, '1..255'),
    (('title = X', 'title = X\ntimes = atime:1s'), 3, 'no mtime'),
    (('title = X', 'title = X\ntimes = mtime:1h'), 3, 'resolution'),
    (('title = X', 'title = X\ntimerange = 1980 2107'), 3, '1980-01-01'),
    (('title = X', 'title = X\nfilemax = 4GB'), 3, '4G-1'),
    (('title = X', 'title = X\nrefuses = ab'), 3, 'single characters'),
    (('title = X', 'title = X\ncan@y = links'), 3, 'no kernel type "y"'),
]


def run(*args):
    return subprocess.run([sys.executable, GENERATE, *args], capture_output=True, text=True)


def write(folder, text, config='CONFIG_X=y\n'):
    os.makedirs(folder, exist_ok=True)
    with open(folder + '/description', 'w') as f:
        f.write(text)
    with open(folder + '/config', 'w') as f:
        f.write(config)


def main():
    with tempfile.TemporaryDirectory() as top:
        folder, out = top + '/x', top + '/out.c'
        r = run('table', out, *FOLDERS)
        assert not r.returncode, r.stderr
        write(folder, GOOD)
        assert not run('table', out, folder).returncode
        os.remove(out)
        for (old, new), line, word in BAD:
            assert old in GOOD, old
            write(folder, GOOD.replace(old, new, 1))
            r = run('table', out, folder)
            where = f'{folder}/description:{line}: '
            assert r.returncode == 1 and r.stderr.startswith(where) and word in r.stderr, \
                f'{new!r}: {r.returncode} {r.stderr!r}'
            assert not os.path.exists(out)
        write(folder, GOOD)
        write(top + '/y', GOOD.replace('= x', '= y').replace('fs/x/', 'lib/y.o fs/x/'))
        r = run('claimed', folder, top + '/y')		# an object may belong to several
        assert r.stdout.split() == ['fs/x/', 'lib/y.o'], r
        write(folder, GOOD.replace('names = x', 'names = x y=z') +
              'can = links\ncan@z = acl\nlinkmax = 4K-1\nlinkmax@z = 2\n')
        both = json.loads(run('capabilities', folder).stdout)
        assert both['x']['can'] == ['links'] and both['y']['can'] == ['acl', 'links'], both
        assert both['x']['linkmax'] == 4095 and both['y']['linkmax'] == 2, both
        write(folder, GOOD)
        write(top + '/y', GOOD.replace('component = x', 'component = y'))
        r = run('table', out, folder, top + '/y')
        assert r.returncode == 1 and 'two names "x"' in r.stderr, r.stderr
        write(top + '/y', GOOD, '# CONFIG_X is not set\n')
        write(top + '/y', GOOD.replace('= x', '= y'), '# CONFIG_X is not set\n')
        r = run('config', out, folder, top + '/y')
        assert r.returncode == 1 and 'CONFIG_X differs' in r.stderr, r.stderr
        os.remove(folder + '/config')
        assert run('table', out, folder).returncode == 1
        assert run('table', out, top + '/none').returncode == 1
    print(f'{len(BAD) + 7} cases')


main()
