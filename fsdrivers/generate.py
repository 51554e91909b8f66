#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Read the descriptions of file system drivers and write what the build needs.

  generate.py table OUT.c FOLDER...    the C table of the mount helper (registry.h)
  generate.py config OUT FOLDER...     one kernel configuration of all fragments
  generate.py parts FOLDER...          folders of the parts that these components need
  generate.py claimed FOLDER...        kernel objects that are not in the base, one a line
  generate.py linked FOLDER POOL...    those of them that the component of FOLDER has, where
                                       the components of the folders POOL share a kernel
  generate.py components FOLDER...     names of the components, one a line
  generate.py names FOLDER...          the types that users may say, one a line
  generate.py wrap FOLDER              functions that its own code replaces, one a line
  generate.py capabilities FOLDER...   what each name can do, as JSON for the tests

Every complaint is FILE:LINE: and a sentence; then nothing is written and the
exit status is 1. The format is described in README.md, next to this file.
"""
import json
import os
import re
import sys

sys.dont_write_bytecode = True		# the folder is the house's, not Python's
import capabilities
import superblocks

NAME = re.compile(r'[a-z0-9][a-z0-9_+-]*\Z')		# a type: no dot, it separates subtypes
OPTION = re.compile(r'([A-Za-z0-9_.-]+)(\[)?(?:=([^\[\]=]+))?(\])?\Z')
CHOICE = re.compile(r'[A-Za-z0-9_.:+-]+\Z')
OBJECT = re.compile(r'[A-Za-z0-9_./+-]+\Z')
KINDS = {'STRING', 'SECRET', 'INT', 'UINT', 'OCTAL', 'MODE', 'UID', 'GID', 'NTTIME'}
SECONDS = re.compile(r'[0-9]+(\.[0-9]+)?\Z')
MAX_FSTYPES = 8
PARTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'rumpkern', 'parts')


class Bad(Exception):
    """A sentence for the author of a description."""

    def __init__(self, path, line, text):
        super().__init__(f'{path}:{line}: {text}')


class Option:
    """One option, or one form of it, that the kernel's driver takes."""

    def __init__(self, name, kind, optional, choices, fstype):
        self.name, self.kind, self.optional = name, kind, optional
        self.choices, self.fstype = choices, fstype


class Description:
    """A file of lines "key = value", which SINGLE, LISTS and REQUIRED say more of."""

    CAN = ()				# keys of capabilities
    RESTRICTED = ()			# keys that may be followed by @TYPE

    def __init__(self, folder):
        self.folder = folder
        self.path = os.path.join(folder, 'description')
        self.config = os.path.join(folder, 'config')
        self.single = {}
        self.where = {}
        self.restrictions = []		# (fstype, line): of all that has @TYPE
        self.objects = []

    def bad(self, line, text):
        raise Bad(self.path, line, text)

    def read(self):
        try:
            with open(self.path, encoding='utf-8') as f:
                lines = f.read().split('\n')
        except OSError as e:
            raise Bad(self.path, 1, e.strerror) from e
        except UnicodeDecodeError as e:
            raise Bad(self.path, 1, 'not UTF-8') from e
        for number, raw in enumerate(lines, 1):
            text = re.sub(r'(^|\s)#.*', '', raw).strip()
            if not text:
                continue
            key, eq, value = text.partition('=')
            key, value = key.strip(), value.strip()
            if not eq:
                self.bad(number, 'expected "key = value"')
            key, at, fstype = key.partition('@')
            if key not in self.SINGLE + self.LISTS + self.CAN:
                self.bad(number, f'unknown key "{key}"')
            if at and key not in self.RESTRICTED:
                self.bad(number, f'"@" is for option, default, try and capabilities, not for "{key}"')
            if at and not NAME.match(fstype):
                self.bad(number, f'"{fstype}" is no type')
            if not value:
                self.bad(number, f'"{key}" has no value')
            if at:
                self.restrictions.append((fstype, number))
            if key in self.CAN:
                try:
                    self.can.add(key, value, fstype or None)
                except ValueError as e:
                    self.bad(number, str(e))
            elif key in self.SINGLE:
                if key in self.single:
                    self.bad(number, f'"{key}" was given in line {self.where[key]}')
                self.single[key] = value
                self.where[key] = number
            else:
                self.where.setdefault(key, number)
                getattr(self, 'add_' + key)(number, value, fstype or None)
        for key in self.REQUIRED:
            if key not in self.where:
                self.bad(len(lines), f'"{key}" is missing')

    def add_paths(self, line, value, paths):
        for word in value.split():
            if not OBJECT.match(word) or word.startswith('/') or '..' in word.split('/'):
                self.bad(line, f'"{word}" is no path below the kernel\'s build directory')
            if word in paths:
                self.bad(line, f'"{word}" is named twice')
            paths.append(word)

    def add_objects(self, line, value, _):
        self.add_paths(line, value, self.objects)

    def check_config(self):
        if not os.path.isfile(self.config):
            raise Bad(self.config, 1, 'no such file')


class Part(Description):
    """A part of Linux that some components have and the others do without."""

    SINGLE = ('part', 'title')
    LISTS = ('objects', 'unused', 'absent')
    REQUIRED = ('part', 'title', 'objects')

    def __init__(self, name):
        super().__init__(os.path.join(PARTS, name))
        self.unused = []
        self.absent = []
        self.read()
        if self.single['part'] != name:
            self.bad(self.where['part'], f'"part" is "{name}", as the folder is called')
        self.check_config()

    def add_unused(self, line, value, _):
        self.add_paths(line, value, self.unused)

    def add_absent(self, line, value, _):
        self.add_paths(line, value, self.absent)

    def claimed(self):
        return self.objects + self.unused + self.absent


class Driver(Description):
    """The description of a file system, read and checked."""

    SINGLE = ('component', 'title', 'access', 'fstype', 'entry_timeout', 'attr_timeout',
              'negative_timeout', 'locks', 'lookups', 'listing', 'fsync', 'groups', 'readdirplus', 'writeback',
              'reads', 'source', 'address', 'otherhost', 'ipv4', 'ipv6', 'login', 'commas')
    LISTS = ('names', 'blkid', 'parts', 'objects', 'wrap', 'variant', 'option', 'default', 'try', 'refused',
             'super', 'when')
    REQUIRED = ('component', 'title', 'names', 'access', 'objects')
    CAN = capabilities.KEYS
    RESTRICTED = ('option', 'default', 'try') + CAN
    SUITS = {
        'access': ('rw', 'ro'),
        'locks': ('host', 'driver'),
        'lookups': ('indexed', 'scan'),
        'listing': ('position', 'whole'),
        'fsync': ('file', 'all'),
        'groups': ('yes', 'no'),
        'readdirplus': ('yes', 'no', 'auto'),
        'writeback': ('yes', 'no'),
        'reads': ('1M', '512K'),
        'source': ('device', 'export', 'unc'),
        'commas': ('no', 'doubled'),
    }

    def __init__(self, folder):
        super().__init__(folder)
        self.names = []			# (name, fstype or None)
        self.blkid = []
        self.parts = []
        self.wrap = []			# functions
        self.variants = []		# (key, value, fstype)
        self.options = []
        self.defaults = []		# (text, [unless], fstype or None, line)
        self.refusals = []		# (option, value or None, sentence)
        self.tries = []			# (text, [unless], fstype or None, line, [for])
        self.superblocks = superblocks.Superblocks()
        self.can = capabilities.Capabilities()
        self.read()
        self.check()

    def add_names(self, line, value, _):
        for word in value.split():
            name, eq, fstype = word.partition('=')
            if not NAME.match(name) or (eq and not NAME.match(fstype)):
                self.bad(line, f'"{word}" is no name (small letters, digits, "_+-")')
            self.names.append((name, fstype if eq else None))

    def add_blkid(self, _line, value, _):
        self.blkid += value.split()

    def add_parts(self, line, value, _):
        for word in value.split():
            if not os.path.isdir(os.path.join(PARTS, word)) or not NAME.match(word):
                self.bad(line, f'there is no part "{word}" in rumpkern/parts')
            self.parts.append(word)

    def add_wrap(self, line, value, _):
        for word in value.split():
            if not re.match(r'[A-Za-z_][A-Za-z0-9_]*\Z', word):
                self.bad(line, f'"{word}" is no function')
            if word in self.wrap:
                self.bad(line, f'"{word}" is named twice')
            self.wrap.append(word)

    def add_variant(self, line, value, _):
        m = re.match(r'([a-z]+)=(\S+)\s+(\S+)\Z', value)
        if not m or not CHOICE.match(m[2]) or not NAME.match(m[3]):
            self.bad(line, 'expected "variant = option=value type"')
        if m[1] != 'names':
            self.bad(line, f'"{m[1]}": the helper knows only variants of "names"')
        self.variants.append(m.groups())

    def add_option(self, line, value, fstype):
        for word in value.split():
            m = OPTION.match(word)
            if not m or bool(m[2]) != bool(m[4]) or (m[2] and not m[3]):
                self.bad(line, f'"{word}" is no option: name, name=KIND, name=a|b or name[=...]')
            name, _, what, _ = m.groups()
            choices = None
            if what is None:
                kind = 'FLAG'
            elif what in KINDS:
                kind = what
            elif re.match(r'[A-Z]{2,}\Z', what) and what != 'UTC':
                self.bad(line, f'"{what}" is no kind of value: {", ".join(sorted(KINDS))}')
            else:
                kind, choices = 'CHOICE', what.split('|')
                if not all(CHOICE.match(c) for c in choices) or len(set(choices)) != len(choices):
                    self.bad(line, f'"{word}": bad list of values')
            for o in self.options:
                if o.name == name and (not fstype or not o.fstype or o.fstype == fstype):
                    self.bad(line, f'option "{name}" is described twice')
            self.options.append(Option(name, kind, bool(m[2]), choices, fstype))

    def add_default(self, line, value, fstype):
        text, _, unless = value.partition(' unless ')
        text, unless = text.strip(), unless.split()
        if not re.match(r'[A-Za-z0-9_-]+(=[A-Za-z0-9_.%+-]+)?\Z', text):
            self.bad(line, 'expected "default = option[=value] [unless option...]"')
        rest = re.sub(r'%(umask|uid|gid)', '', text.partition('=')[2], 1)
        if '%' in rest:
            self.bad(line, f'"{text}": only one %umask, %uid or %gid is filled in')
        self.defaults.append((text, unless, fstype, line))

    def add_try(self, line, value, fstype):
        text, _, unless = value.partition(' unless ')
        text, _, given = text.partition(' for ')
        text, unless, given = text.split(), unless.split(), given.split()
        if len(text) < 2 or not all(re.match(r'[A-Za-z0-9_]+=[A-Za-z0-9_.]+\Z', t) for t in text):
            self.bad(line, 'expected "try = option=value option=value ... [for option[=value]...] [unless option...]"')
        self.tries.append((' '.join(text), unless, fstype, line, given))

    def add_refused(self, line, value, _):
        what, _, why = value.partition(' ')
        name, eq, values = what.partition('=')
        why = why.strip()
        if not OPTION.match(name) or not why:
            self.bad(line, 'expected "refused = option[=value|...] sentence"')
        for v in values.split('|') if eq else [None]:
            if v is not None and not CHOICE.match(v):
                self.bad(line, f'"{what}": bad list of values')
            self.refusals.append((name, v, why))

    def add_super(self, line, value, _):
        try:
            self.superblocks.add_super(value)
        except ValueError as e:
            self.bad(line, str(e))

    def add_when(self, line, value, _):
        try:
            self.superblocks.add_when(value, [o.name for o in self.options])
        except ValueError as e:
            self.bad(line, str(e))

    def fstypes(self):
        """All kernel types of this driver, in the order of their mention."""
        types = [self.single['fstype']] if 'fstype' in self.single else []
        types += [t for _, t in self.names if t] + [t for _, _, t in self.variants]
        return list(dict.fromkeys(types))

    def mask(self, fstype):
        types = self.fstypes()
        return 1 << types.index(fstype) if fstype else (1 << len(types)) - 1

    def check(self):
        w, single = self.where, self.single
        if not NAME.match(single['component']):
            self.bad(w['component'], f'"{single["component"]}" is no name for a library')
        for key, allowed in self.SUITS.items():
            if key in single and single[key] not in allowed:
                self.bad(w[key], f'"{key}" is one of {", ".join(allowed)}')
        for key in ('entry_timeout', 'attr_timeout', 'negative_timeout'):
            value = single.get(key, '0')
            if not SECONDS.match(value) and not (key == 'negative_timeout' and value == 'none'):
                self.bad(w[key], f'"{key}" is a number of seconds')
        if 'fstype' in single and not NAME.match(single['fstype']):
            self.bad(w['fstype'], f'"{single["fstype"]}" is no type')
        if 'fstype' not in single:
            for name, fstype in self.names:
                if not fstype:
                    self.bad(w['names'], f'"{name}" has no kernel type: name=type, or "fstype"')
        types = self.fstypes()
        if len(types) > MAX_FSTYPES:
            self.bad(w['names'], f'more than {MAX_FSTYPES} kernel types')
        for fstype, line in self.restrictions:
            if fstype not in types:
                self.bad(line, f'no kernel type "{fstype}" here: {", ".join(types)}')
        known = {o.name for o in self.options}
        for key in ('address', 'otherhost', 'ipv4', 'ipv6', 'login'):
            for name in single.get(key, '').split():
                if name.partition('=')[0] not in known:
                    self.bad(w[key], f'"{name}" is no option of this driver')
        if 'login' in single and len(single['login'].split()) != 3:
            self.bad(w['login'], 'expected "login = user password domain", options of the driver')
        if 'otherhost' in single and len(single['otherhost'].split()) != 2:
            self.bad(w['otherhost'], 'expected "otherhost = name address", options of the driver')
        for key in ('address', 'otherhost', 'ipv4', 'ipv6', 'login'):
            if key in single and single.get('source', 'device') == 'device':
                self.bad(w[key], f'"{key}" is for sources that are servers')
        if single.get('source', 'device') != 'device' and 'address' not in single:
            self.bad(w['source'], '"address" must say which option takes the server\'s address')
        for name, value, why in self.refusals:
            if value is None and name in known:
                self.bad(w['refused'], f'"{name}" is an option and refused')
        for text, unless, fstype, line, *given in self.defaults + self.tries:
            name = text.partition('=')[0]
            for o in [name] + unless + [g.partition('=')[0] for g in sum(given, [])]:
                if o not in known:
                    self.bad(line, f'"{o}" is no option of this driver')
            takers = {t for t in types for o in self.options
                      if o.name == name and o.fstype in (None, t)}
            for t in [fstype] if fstype else types:
                if t not in takers:
                    self.bad(line, f'type "{t}" does not take "{name}": default@TYPE')
        self.check_config()


def load(folders):
    """All drivers, and what must be unique among them."""
    drivers = [Driver(f) for f in folders]
    for what in ('components', 'names', 'types of libblkid'):
        seen = {}
        for d in drivers:
            mine, line = {
                'components': ([d.single['component']], d.where['component']),
                'names': ([n for n, _ in d.names], d.where['names']),
                'types of libblkid': (d.blkid, d.where.get('blkid', 1)),
            }[what]
            for m in mine:
                if m in seen:
                    d.bad(line, f'two {what} "{m}"; the other: {seen[m]}')
                seen[m] = d.path
    return drivers


def load_parts(drivers):
    """The parts that any of the drivers needs, by name."""
    return {name: Part(name) for name in dict.fromkeys(p for d in drivers for p in d.parts)}


def claimed(drivers):
    """What is not in the base: an object that several name belongs to each of them."""
    names = [o for d in drivers for o in d.objects]
    names += [o for p in load_parts(drivers).values() for o in p.claimed()]
    return list(dict.fromkeys(names))


def linked(driver, pool):
    """What one component is linked of: its parts, and stand-ins for those it does without."""
    names = list(driver.objects)
    for name, part in load_parts([driver] + pool).items():
        names += part.objects if name in driver.parts else part.absent
    return list(dict.fromkeys(names))


def c_string(text):
    if text is None:
        return 'NULL'
    return '"' + ''.join(c if 32 <= ord(c) < 127 and c not in '"\\'
                         else ''.join(f'\\{b:03o}' for b in c.encode()) for c in text) + '"'


def c_strings(words):
    return '(const char *const[]){ ' + ', '.join([c_string(w) for w in words] + ['NULL']) + ' }'


def c_seconds(text):
    return '-1' if text == 'none' else text


def table(drivers):
    """The text of registry.c."""
    out = ['/* Made by fsdrivers/generate.py of the descriptions. Do not edit. */',
           '#include "registry.h"', '']
    for d in drivers:
        ident = re.sub(r'[^a-z0-9]', '_', d.single['component'])
        default = d.single.get('fstype')
        out.append(f'static const struct fs_name {ident}_names[] = {{')
        out += [f'\t{{ {c_string(n)}, {c_string(t or default)} }},' for n, t in d.names]
        out += ['\t{ 0 }', '};', f'static const struct fs_variant {ident}_variants[] = {{']
        out += [f'\t{{ {c_string(k)}, {c_string(v)}, {c_string(t)} }},' for k, v, t in d.variants]
        out += ['\t{ 0 }', '};', f'static const struct fs_option {ident}_options[] = {{']
        for o in d.options:
            choices = c_strings(o.choices) if o.choices else 'NULL'
            out.append(f'\t{{ {c_string(o.name)}, FS_{o.kind}, {int(o.optional)}, '
                       f'{d.mask(o.fstype):#x}, {choices} }},')
        out += ['\t{ 0 }', '};', f'static const struct fs_default {ident}_defaults[] = {{']
        for text, unless, fstype, _ in d.defaults:
            out.append(f'\t{{ {c_string(text)}, {d.mask(fstype):#x}, {c_strings(unless)}, NULL }},')
        out += ['\t{ 0 }', '};', f'static const struct fs_default {ident}_tries[] = {{']
        for text, unless, fstype, _, given in d.tries:
            out.append(f'\t{{ {c_string(text)}, {d.mask(fstype):#x}, {c_strings(unless)}, '
                       f'{c_strings(given) if given else "NULL"} }},')
        out += ['\t{ 0 }', '};', f'static const struct fs_refusal {ident}_refusals[] = {{']
        for name, value, why in d.refusals:
            out.append(f'\t{{ {c_string(name)}, {c_string(value)}, {c_string(why)} }},')
        out += ['\t{ 0 }', '};'] + d.superblocks.table(ident, c_string) + ['']
    out.append('const struct fs_driver fs_drivers[] = {')
    for d in drivers:
        ident, s = re.sub(r'[^a-z0-9]', '_', d.single['component']), d.single
        out += ['\t{',
                f'\t\t.component = {c_string(s["component"])},',
                f'\t\t.title = {c_string(s["title"])},',
                f'\t\t.names = {ident}_names,',
                f'\t\t.fstypes = {c_strings(d.fstypes())},',
                f'\t\t.blkid = {c_strings(d.blkid)},',
                f'\t\t.readonly = {int(s["access"] == "ro")},',
                f'\t\t.variants = {ident}_variants,',
                f'\t\t.options = {ident}_options,',
                f'\t\t.defaults = {ident}_defaults,',
                f'\t\t.refusals = {ident}_refusals,',
                f'\t\t.tries = {ident}_tries,',
                f'\t\t.supers = {ident}_supers,',
                f'\t\t.rules = {ident}_rules,',
                f'\t\t.source = FS_SOURCE_{s.get("source", "device").upper()},',
                f'\t\t.address = {c_string(s.get("address"))},',
                f'\t\t.otherhost = {c_strings(s["otherhost"].split()) if "otherhost" in s else "NULL"},',
                f'\t\t.ipv4 = {c_strings(s.get("ipv4", "").split())},',
                f'\t\t.ipv6 = {c_strings(s.get("ipv6", "").split())},',
                f'\t\t.login = {c_strings(s["login"].split()) if "login" in s else "NULL"},',
                f'\t\t.double_commas = {int(s.get("commas") == "doubled")},',
                f'\t\t.entry_timeout = {c_seconds(s.get("entry_timeout", "1"))},',
                f'\t\t.attr_timeout = {c_seconds(s.get("attr_timeout", "1"))},',
                f'\t\t.negative_timeout = {c_seconds(s.get("negative_timeout", "none"))},',
                f'\t\t.locks = {c_string(s.get("locks", "host"))},',
                f'\t\t.indexed = {int(s.get("lookups") == "indexed")},',
                f'\t\t.whole_listing = {int(s.get("listing") == "whole")},',
                f'\t\t.fsync_all = {int(s.get("fsync") == "all")},',
                f'\t\t.groups = {int(s.get("groups") == "yes")},',
                f'\t\t.readdirplus = {c_string(s.get("readdirplus", "auto"))},',
                f'\t\t.writeback = {int(s.get("writeback", "no") == "yes")},',
                f'\t\t.max_read = {512 << 10 if s.get("reads") == "512K" else 0},',
                '\t},']
    out += ['\t{ 0 }', '};', '']
    return '\n'.join(out)


def capability_table(drivers):
    """For each name that users may say: how it is mounted, and what it can do."""
    return {name: dict(d.can.of(fstype or d.single['fstype']), component=d.single['component'],
                       fstype=fstype or d.single['fstype'], access=d.single['access'])
            for d in drivers for name, fstype in d.names}


def config(drivers):
    """All fragments; two that disagree are an error."""
    seen, out = {}, ['# SPDX-License-Identifier: GPL-2.0-only']
    for d in drivers + list(load_parts(drivers).values()):
        out.append(f'# {d.single.get("component") or d.single["part"]}')
        with open(d.config, encoding='utf-8') as f:
            for number, raw in enumerate(f, 1):
                line = raw.strip()
                m = re.match(r'(CONFIG_\w+)=(\S.*)\Z|# (CONFIG_\w+) is not set\Z', line)
                if not m:
                    if line and not line.startswith('#'):
                        raise Bad(d.config, number, 'expected CONFIG_X=... or # CONFIG_X is not set')
                    continue
                name = m[1] or m[3]
                if name in seen and seen[name][0] != line:
                    raise Bad(d.config, number, f'{name} differs from {seen[name][1]}')
                if name not in seen:
                    out.append(line)
                seen[name] = (line, f'{d.config}:{number}')
    return '\n'.join(out) + '\n'


def write(path, text):
    """Leave a file that is right already alone, so that nothing is built anew."""
    if os.path.isfile(path):
        with open(path, encoding='utf-8') as f:
            if f.read() == text:
                return
    # A pipe or a terminal, /dev/stdout, can only be written.
    with open(path, 'w', encoding='utf-8') as f:
        f.write(text)


def main(argv):
    what, args = (argv[1], argv[2:]) if len(argv) > 2 else (None, [])
    try:
        if what == 'table' and len(args) > 1:
            write(args[0], table(load(args[1:])))
        elif what == 'config' and len(args) > 1:
            write(args[0], config(load(args[1:])))
        elif what == 'components':
            print('\n'.join(d.single['component'] for d in load(args)))
        elif what == 'names':
            print('\n'.join(n for d in load(args) for n, _ in d.names))
        elif what == 'wrap' and len(args) == 1:
            print('\n'.join(load(args)[0].wrap))
        elif what == 'capabilities':
            print(json.dumps(capability_table(load(args)), indent=1))
        elif what == 'parts':
            print('\n'.join(p.folder for p in load_parts(load(args)).values()))
        elif what == 'claimed':
            print('\n'.join(claimed(load(args))))
        elif what == 'linked':
            print('\n'.join(linked(load(args[:1])[0], load(args[1:]))))
        else:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    except Bad as e:
        print(e, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
