# SPDX-License-Identifier: GPL-2.0-only
"""images.py make IMAGE FILE [SIZE]: an empty file system of images/IMAGE in FILE, of that or its usual size.
images.py check IMAGE FILE: what its checker objects to, and exit status 1.
images.py can IMAGE FILE: its capabilities and words.
Each: why that cannot be done here, and 77.

What the suite runs on: the files of images/, joined with what fsdrivers/*/description says.

A file of images/ has lines key = value:

  type      what users write after rumpfs.
  size      of the image: 64M
  mkfs      command that makes the file system; IMAGE stands for the image, TREE for a
            folder with files (tree.py), HERE for this folder
  fsck      checker that changes nothing; its exit status 0 means content
  unclean   a pattern in its output that means not content after all
  repair    what users run after a crash, where the file system does not recover by itself;
            exit status below 4
  host      yes: the host's kernel may have the driver, then it is compared
  options   of the mount
  hostoptions   more of them for the host's kernel: copies of an image are mounted at a time
  library   options that mount.rumpfs finds out by itself and a library client has to give
  words     more words for properties (prop.h: big, entries) and for exercise.py (cleaner, cutlinks, uncounted)
  can, cannot, namemax, linkmax, filemax, ...   as in descriptions, where this image differs
"""
import glob
import json
import os
import re
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.dont_write_bytecode = True
sys.path.insert(0, TOP + '/fsdrivers')
import capabilities		# noqa: E402
import generate			# noqa: E402

KEYS = ('type', 'size', 'mkfs', 'fsck', 'unclean', 'repair', 'host', 'options', 'hostoptions', 'library', 'words',
        'cannot')


def tool_of(command):
    """The program that is missing, or None."""
    for word in command.split():
        if '=' not in word:
            path = word.replace('HERE', HERE)
            return None if shutil.which(path, path=os.environ['PATH'] + ':/usr/sbin:/sbin') else word
    return None


class Image:
    def __init__(self, path, drivers):
        self.name = os.path.basename(path)
        self.key, own, self.skip = {}, {}, None
        for number, line in enumerate(open(path, encoding='utf-8'), 1):
            line = re.sub(r'(^|\s)#.*', '', line).strip()
            if not line:
                continue
            key, _, value = (p.strip() for p in line.partition('='))
            if key in KEYS:
                self.key[key] = value
            elif key in capabilities.KEYS:
                own[key] = capabilities.value(key, value)
            else:
                sys.exit(f'{path}:{number}: unknown key "{key}"')
        self.size = capabilities.number(self.key['size'])
        name = self.key['type']
        driver = next((d for d in drivers if name in (n for n, _ in d.names)), None)
        if not driver:
            self.skip = f'no driver is built for {name}'
            return
        self.fstype = dict(driver.names)[name] or driver.single['fstype']
        self.component = driver.single['component']
        self.caps = driver.can.of(self.fstype)
        self.caps['can'] = set(self.caps['can']) | set(own.pop('can', [])) - set()
        self.caps['can'] -= set(self.key.get('cannot', '').split())
        self.caps.update(own)
        self.readonly = driver.single['access'] == 'ro'
        self.options = self.key.get('options', '')
        self.words = set(self.key.get('words', '').split())
        self.recovers = 'journal' in self.caps['can'] or 'repair' in self.key
        self.tree = 'TREE' in self.key['mkfs']
        for key in ('mkfs', 'fsck', 'repair'):
            missing = tool_of(self.key.get(key, 'true'))
            if missing:
                self.skip = f'{missing} is not installed'
        # What mount.rumpfs adds; a library client has to say it itself.
        given = {o.partition('=')[0] for o in self.options.split(',')}
        full = [o for o in (self.options, self.key.get('library')) if o]
        for text, unless, fstype, _ in driver.defaults:
            if fstype in (None, self.fstype) and not given & set(unless + [text.partition('=')[0]]):
                full.append(text.replace('%umask', '022').replace('%uid', '0').replace('%gid', '0'))
        self.library_options = ','.join(full)

    def applies(self, way):
        """All words that hold here: a property whose needs are among them applies."""
        c = self.caps
        charset = c['charset']
        words = set(c['can']) | self.words | {'loose', 'ro', 'case:' + c['case']}
        words.add('charset:' + (charset if charset in ('bytes', 'latin1') else 'utf8'))
        words |= {'bytes': {'unicode', 'bmp+'}, 'utf8': {'unicode', 'bmp+'}, 'ucs2': {'unicode'}}.get(charset, set())
        words |= set(c['times']) & {'atime', 'ctime', 'btime'}
        if not self.readonly:
            words.add('rw')
        if 'flat' not in c['can']:
            words.add('dirs')
        if self.tree:
            words.add('tree')
        if c['namemax'][1] == 'utf16':
            words.add('utf16')
        if c['refuses']:
            words.add('refuses')
        if 1 < c['linkmax'] <= 70000:
            words.add('linkmax')
        if c['dirmax'] < 100000:
            words.add('dirmax')
        if c['filemax'] > 2 << 30:
            words.add('filemax')
        if c['filemax'] > 6 << 30:
            words.add('filemax:4G')
        words.add('library' if way in ('rump', 'crash') else 'process')
        if way == 'mount':
            words.add('splice')
        return words

    def arguments(self, way):
        """For fs-test."""
        c, t = self.caps, self.caps['times']
        out = {
            'component': self.component, 'fstype': self.fstype, 'type': 'rumpfs.' + self.key['type'],
            'options': self.library_options if way in ('rump', 'crash') else
            ','.join(o for o in (self.options, way == 'host' and self.key.get('hostoptions')) if o),
            'can': ','.join(sorted(c['can'])), 'case': c['case'], 'charset': c['charset'],
            'refuses': ''.join(c['refuses']), 'namemax': c['namemax'][0],
            'utf16': int(c['namemax'][1] == 'utf16'), 'first': c['timerange'][0], 'last': c['timerange'][1],
            'filemax': c['filemax'], 'linkmax': c['linkmax'], 'symlinkmax': c['symlinkmax'], 'dirmax': c['dirmax'], 'size': self.size,
            'tree': int(self.tree), 'readonly': int(self.readonly),
        }
        for key in ('atime', 'mtime', 'ctime', 'btime'):
            out[key] = t.get(key, 0)
        return [f'{k}={v}' for k, v in out.items()]

    def command(self, key, image, tree=''):
        """(exit status, output) of a command of this file, 0 if there is none."""
        if key not in self.key:
            return 0, ''
        line = self.key[key].replace('IMAGE', image).replace('TREE', tree).replace('HERE', HERE)
        r = subprocess.run(['bash', '-c', line], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                           stderr=subprocess.STDOUT, text=True, errors='replace',
                           env=dict(os.environ, PATH=os.environ['PATH'] + ':/usr/sbin:/sbin'))
        return r.returncode, r.stdout

    def check(self, image):
        """What the checker objects to, or ''."""
        status, out = self.command('fsck', image)
        if status or ('unclean' in self.key and re.search(self.key['unclean'], out)):
            return f'{self.key["fsck"].split()[0]} is not content ({status}):\n' + out
        return ''


def all_images():
    drivers = generate.load(sorted(os.path.dirname(p) for p in glob.glob(TOP + '/fsdrivers/*/description')))
    return [Image(p, drivers) for p in sorted(glob.glob(HERE + '/images/*'))]


def main(argv):
    image = next((i for i in all_images() if len(argv) in (4, 5) and i.name == argv[2]), None)
    if not image or argv[1] not in ('make', 'check', 'can'):
        print(__doc__.split('\n\n')[0], file=sys.stderr)
        return 2
    if image.skip:
        print(image.skip)
        return 77
    if argv[1] == 'can':
        print(*sorted(image.caps['can'] | image.words))
        return 0
    if argv[1] == 'check':
        out = image.check(argv[3])
        print(out, end='')
        return int(bool(out))
    with open(argv[3], 'wb') as f:
        f.truncate(capabilities.number(argv[4]) if len(argv) > 4 else image.size)
    if image.tree:
        print(f'{image.name} is made of a folder, by tests/fs/run')
        return 2
    status, out = image.command('mkfs', argv[3])
    print(out, end='')
    return int(bool(status))


if __name__ == '__main__':
    sys.exit(main(sys.argv))
