#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Write what users read of the drivers: manual pages and the shells' completion.

  manual.py page OUT.8 VERSION FOLDER          rumpfs.COMPONENT(8) in mdoc
  manual.py complete TEMPLATE OUT FOLDER...    TEMPLATE with @TYPES@ and @OPTIONS@ filled in

Both come from the descriptions, so that they list what the helper takes. The prose
of a page is FOLDER/manual, if there is one: text for the description, then, for each group
of options, a line "= option..." and text. Paragraphs are separated by empty lines; a
line that begins with "." is mdoc. Text about an option that the driver does not take is an error.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.realpath(__file__)))
from generate import Bad, Driver, load, write  # noqa: E402

VALUES = {'STRING': 'text', 'INT': 'number', 'UINT': 'number', 'OCTAL': 'mode', 'MODE': 'mode',
          'SECRET': 'secret', 'UID': 'user', 'GID': 'group', 'NTTIME': 'time'}


def escape(text):
    """For a line of roff."""
    text = text.replace('\\', '\\e').replace('-', '\\-')
    return '\\&' + text if text.startswith(('.', "'")) else text


class Prose:
    """FOLDER/manual."""

    def __init__(self, driver):
        self.path = os.path.join(driver.folder, 'manual')
        self.general, self.groups = [], []	# groups: ([option], [line])
        if not os.path.exists(self.path):
            return
        known = {o.name for o in driver.options}
        target = self.general
        with open(self.path, encoding='utf-8') as f:
            for number, line in enumerate(f.read().split('\n'), 1):
                if line.startswith('#'):
                    continue
                if line.startswith('='):
                    names, target = line[1:].split(), []
                    for n in names:
                        if n not in known:
                            raise Bad(self.path, number, f'"{n}" is no option of this driver')
                        if any(n in g for g, _ in self.groups):
                            raise Bad(self.path, number, f'"{n}" is described twice')
                    self.groups.append((names, target))
                else:
                    target.append(line)


def paragraphs(lines):
    text = '\n'.join(l if l.startswith('.') else escape(l) for l in lines).strip('\n')
    return re.sub(r'\n\n+', '\n.Pp\n', text)


def forms(driver, name):
    """mdoc arguments of .It for every form of an option."""
    out = []
    for o in driver.options:
        if o.name != name:
            continue
        if o.kind == 'FLAG':
            form = f'Cm {name}'
        else:
            value = ' | '.join(f'Cm {escape(c)}' for c in o.choices) if o.choices else f'Ar {VALUES.get(o.kind, o.kind.lower())}'
            form = f'Cm {name}= Ns {value}'
            if o.optional:
                form = f'Cm {name} Ns Oo = Ns {value} Oc'
        if o.fstype and len(driver.fstypes()) > 1:
            form += f' Pq type {o.fstype}'
        if form not in out:
            out.append(form)
    return out


def page(driver, version):
    s = driver.single
    title = 'rumpfs.' + s['component']
    names = [n for n, _ in driver.names]
    prose = Prose(driver)
    out = ['.\\" Made by fsdrivers/manual.py of the description and its manual. Do not edit.',
           '.Dd November 25, 2026', f'.Dt {title.upper()} 8', f'.Os rumpfs {version}',
           '.Sh NAME', f'.Nm {title}', f'.Nd {escape(s["title"])}', '.Sh SYNOPSIS']
    for n in names:
        out += ['.Nm mount', f'.Fl t Cm rumpfs.{n}', '.Op Fl o Ar options', '.Ar source directory']
    out += ['.Sh DESCRIPTION']
    access = 'reads and writes' if s['access'] == 'rw' else 'reads, and cannot write,'
    out += [f'The component {escape(s["component"])} of rumpfs {access}',
            f'{escape(s["title"])}, by the driver of Linux.',
            'How it is mounted and unmounted is described in', '.Xr mount.rumpfs 8 .']
    types = driver.fstypes()
    out += ['It answers to the type' + ('s' if len(names) > 1 else ''),
            '.Cm ' + ' , '.join(names) + ' ;',
            'the kernel calls it' if len(types) == 1 else 'the kernel calls them',
            '.Cm ' + ' , '.join(types) + ' .']
    if driver.blkid:
        out += ['Without a type it is recognized as', '.Cm ' + ' , '.join(driver.blkid) + ' .']
    if prose.general:
        out += ['.Pp', paragraphs(prose.general)]
    if driver.variants:
        out += ['.Pp', 'The option', '.Cm names=', 'of', '.Xr mount.rumpfs 8', 'chooses the driver:']
        out += [f'.Cm {escape(v)}' + f' No for {escape(t)}' + (' ,' if i + 1 < len(driver.variants) else ' .')
                for i, (_, v, t) in enumerate(driver.variants)]
    described = {n for g, _ in prose.groups for n in g}
    rest = sorted({o.name for o in driver.options} - described)
    if driver.options:
        out += ['.Sh OPTIONS', 'These are the options of the driver; others are refused.',
                'Users and groups may be given by name.']
    if prose.groups:
        out += ['.Bl -tag -width Ds']
        for group, text in prose.groups:
            out += ['.It ' + ' , '.join(f for n in group for f in forms(driver, n)), paragraphs(text)]
        out += ['.El']
    if rest:
        if prose.groups:
            out += ['.Pp', 'Also taken, as the documentation of the kernel describes them:']
        out += ['.Bl -item -compact']
        for n in rest:
            for f in forms(driver, n):
                out += ['.It', '.' + f]
        out += ['.El']
    if driver.defaults:
        out += ['.Sh DEFAULTS', 'Added unless the user gives something else:', '.Bl -tag -width Ds']
        for text, unless, fstype, _ in driver.defaults:
            shown = text.replace('%umask', 'umask of the caller').replace('%uid', 'user').replace('%gid', 'group')
            out += ['.It ' + f'Cm {escape(shown)}' + (f' Pq type {fstype}' if fstype and len(types) > 1 else '')]
            if '%uid' in text or '%gid' in text:
                out += ['When it is mounted by a user, or with', '.Cm user= Ns Ar name .']
            elif unless:
                out += ['unless one of', '.Cm ' + ' , '.join(unless), 'is given.']
            else:
                out += ['which a later one replaces.']
        out += ['.El']
    out += ['.Sh CACHES']
    entry, attr, neg = (s.get(k, d) for k, d in (('entry_timeout', '1'), ('attr_timeout', '1'), ('negative_timeout', 'none')))
    if (entry, attr) == ('0', '0') and s.get('source', 'device') != 'device':
        how_long = 'The host remembers names and attributes for as long as the driver believes them itself,'
    else:
        how_long = f'The host remembers names for {escape(entry)} and attributes for {escape(attr)} seconds,'
    out += [how_long,
            'and does not remember what is absent.' if neg == 'none' else f'and for {escape(neg)} that a name is absent.',
            'Writing is delayed by the host.' if s.get('writeback', 'no') == 'yes' else 'The host does not delay writing.',
            'Options of the bridge change that, see', '.Xr mount.rumpfs 8 .',
            '.Sh SEE ALSO', '.Xr mount 8 ,', '.Xr mount.rumpfs 8 ,', '.Xr rumpfs 8 ,', '.Xr umount.rumpfs 8']
    return '\n'.join(out) + '\n'


def words(driver, name, fstype):
    """What a shell offers for one name beside what every mount takes: "option" or "option=", choices written out."""
    if driver.single.get('source', 'device') == 'device':
        out = ['part=', 'offset=', 'sizelimit=', 'blkio=auto', 'blkio=uring', 'blkio=pool']
    else:
        out = ['retry=']
    out += [f'names={value}' for _, value, _ in driver.variants]
    for o in driver.options:
        if o.fstype and o.fstype != fstype:
            continue
        if o.kind == 'FLAG' or o.optional:
            out.append(o.name)
        if o.choices:
            out += [f'{o.name}={c}' for c in o.choices]
        elif o.kind != 'FLAG':
            out.append(o.name + '=')
    return out


def complete(template, drivers):
    with open(template, encoding='utf-8') as f:
        text = f.read()
    types, lines = [], []
    for d in drivers:
        for name, fstype in d.names:
            types.append(name)
            lines.append(f'\t{name}) echo "' + ' '.join(words(d, name, fstype or d.single.get("fstype"))) + '" ;;')
    return text.replace('@TYPES@', ' '.join(types)).replace('@OPTIONS@', '\n'.join(lines))


def main(argv):
    try:
        if len(argv) == 5 and argv[1] == 'page':
            write(argv[2], page(Driver(argv[4]), argv[3]))
        elif len(argv) > 4 and argv[1] == 'complete':
            write(argv[3], complete(argv[2], load(argv[4:])))
        else:
            print(__doc__.strip(), file=sys.stderr)
            return 2
    except Bad as e:
        print(e, file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main(sys.argv))
