# SPDX-License-Identifier: GPL-2.0-only
"""What a file system can do, as its description declares it (README.md, "Capabilities").

Capabilities collects the lines of one description; of(TYPE) is what holds for one
kernel type, as plain values that fit into JSON. A bad value is a ValueError with a
sentence. The test suite (tests/fs) derives from it which properties apply.
"""
import datetime
import re

CAN = {
    'links': 'several names for a file',
    'symlinks': 'symbolic links',
    'special': 'devices, FIFOs and sockets',
    'owners': 'an owner and a group for each file',
    'ids32': 'user and group numbers of more than 16 bits',
    'devices32': 'device numbers of more than 16 bits',
    'modes': 'permission bits for each file',
    'xattrs': 'extended attributes user.*',
    'trusted': 'extended attributes trusted.* and security.*',
    'acl': 'POSIX access control lists',
    'holes': 'what was never written takes no space',
    'seek': 'SEEK_HOLE finds the holes',
    'fallocate': 'space can be reserved, with and without a new size',
    'punch': 'FALLOC_FL_PUNCH_HOLE',
    'zerorange': 'FALLOC_FL_ZERO_RANGE',
    'collapse': 'FALLOC_FL_COLLAPSE_RANGE and FALLOC_FL_INSERT_RANGE',
    'reflink': 'FICLONE: files that share blocks',
    'tmpfile': 'O_TMPFILE',
    'noreplace': 'RENAME_NOREPLACE',
    'exchange': 'RENAME_EXCHANGE',
    'whiteout': 'RENAME_WHITEOUT',
    'direct': 'O_DIRECT',
    'splice': 'sendfile(2) and copy_file_range(2) into its files',
    'handles': 'file handles that outlive the cache (what NFS servers need)',
    'flags': 'the flags of chattr(1): immutable, append-only',
    'quota': 'counts what each user has, and limits it',
    'busy': 'an open file keeps its name: nothing replaces it, and once removed its name is taken until it is closed',
    'flat': 'there is one directory, and no other can be made',
    'inodes': 'statfs(2) counts inodes',
    'dirlinks': 'the link count of a directory counts its subdirectories',
    'stableino': 'inode numbers survive a remount',
    'journal': 'consistent after a crash without a repair',
    'trim': 'FITRIM',
}
SINGLE = ('case', 'charset', 'namemax', 'refuses', 'times', 'timerange', 'filemax', 'linkmax', 'symlinkmax', 'dirmax')
KEYS = SINGLE + ('can',)
DEFAULTS = {
    'case': 'sensitive', 'charset': 'bytes', 'namemax': '255 bytes', 'refuses': '', 'times': 'mtime:1s',
    'timerange': '1970-01-01 2038-01-19', 'filemax': '2G-1', 'linkmax': '1', 'symlinkmax': '4095', 'dirmax': '1000000',
}
CHOICES = {'case': ('sensitive', 'preserving', 'folding'), 'charset': ('bytes', 'latin1', 'utf8', 'ucs2', 'macroman')}
UNITS = {'ns': 1, 'us': 10**3, 'ms': 10**6, 's': 10**9, 'd': 86400 * 10**9}


def number(text):
    m = re.match(r'([0-9]+)([KMGTPE]?)(?:-([0-9]+)(K?))?\Z', text)
    if not m:
        raise ValueError(f'"{text}" is no number of the form 65000, 16T, 4G-1 or 16T-4K')
    return int(m[1]) * 1024 ** ' KMGTPE'.index(m[2] or ' ') - int(m[3] or 0) * 1024 ** bool(m[4])


def times(text):
    out = {}
    for word in text.split():
        m = re.match(r'([amcb]time)(?::([0-9]+)(ns|us|ms|s|d))?\Z', word)
        if not m or m[1] in out:
            raise ValueError(f'"{word}" is none of atime, mtime, ctime, btime with a resolution: mtime:2s')
        out[m[1]] = int(m[2] or 1) * UNITS[m[3] or 'ns']
    if 'mtime' not in out:
        raise ValueError('"times" has no mtime')
    return out


def timerange(text):
    try:
        first, last = (datetime.datetime.fromisoformat(t) for t in text.split())
    except ValueError:
        raise ValueError('expected "timerange = FIRST-DAY LAST-DAY" as 1980-01-01') from None
    epoch = datetime.datetime(1970, 1, 1)
    return [(t - epoch).days * 86400 for t in (first, last)]


def namemax(text):
    m = re.match(r'([0-9]+) (bytes|utf16)\Z', text)
    if not m or not 1 <= int(m[1]) <= 255:
        raise ValueError('expected "namemax = 1..255 bytes" or "utf16"')
    return [int(m[1]), m[2]]


def refuses(text):
    if any(len(c) != 1 for c in text.split()):
        raise ValueError('"refuses" is a list of single characters')
    return text.split()


PARSE = {'namemax': namemax, 'refuses': refuses, 'times': times, 'timerange': timerange,
         'filemax': number, 'linkmax': number, 'symlinkmax': number, 'dirmax': number}


def value(key, text):
    """The value of one key, checked."""
    if key == 'can':
        for word in text.split():
            if word not in CAN:
                raise ValueError(f'"{word}" is nothing that "can" knows: {" ".join(CAN)}')
        return text.split()
    if key in CHOICES:
        if text not in CHOICES[key]:
            raise ValueError(f'"{key}" is one of {", ".join(CHOICES[key])}')
        return text
    return PARSE[key](text)


class Capabilities:
    """Lines (key, type or None) -> value. What is said for a type comes before what is said for all."""

    def __init__(self):
        self.lines = {}
        self.by_option = []		# ([words], "if" or "unless", [options], type or None)

    def add(self, key, text, fstype):
        m = re.match(r'(.*) (if|unless) (.*)', text)
        if key == 'can' and m:
            self.by_option.append((value(key, m[1]), m[2], m[3].split(), fstype))
            return
        checked = value(key, text)
        if key == 'can':
            known = self.lines.setdefault((key, fstype), [])
            for word in checked:
                if word in known:
                    raise ValueError(f'"{word}" was said before')
            known += checked
        elif (key, fstype) in self.lines:
            raise ValueError(f'"{key}" was said before')
        else:
            self.lines[key, fstype] = checked

    def of(self, fstype, given=()):
        """For a mount with the options @given."""
        can = set(self.lines.get(('can', None), []) + self.lines.get(('can', fstype), []))
        for words, how, options, only in self.by_option:
            if only in (None, fstype) and bool(set(options) & set(given)) == (how == 'if'):
                can |= set(words)
        out = {'can': sorted(can)}
        for key in SINGLE:
            for where in ((key, fstype), (key, None)):
                if where in self.lines:
                    out[key] = self.lines[where]
                    break
            else:
                out[key] = value(key, DEFAULTS[key])
        return out
