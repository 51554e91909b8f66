# SPDX-License-Identifier: GPL-2.0-only
"""What a superblock tells before the driver sees it: the lines "super" and "when" of a
description (README.md, "Superblocks"), checked, and as C for the mount helper's detect.c.
A bad line is a ValueError with a sentence.
"""
import re

NAME = re.compile(r'[a-z0-9]+\Z')
CONDITION = re.compile(r'([0-9]+)\.([1248])(==|!=|&|>)(0x[0-9a-fA-F]+|[0-9]+)\Z')
MARK = re.compile(r'([0-9]+)\.([1248])(=|\|)(0x[0-9a-fA-F]+|[0-9]+)\Z')
OPS = {'==': 'FS_EQUAL', '!=': 'FS_UNEQUAL', '&': 'FS_BITS', '>': 'FS_ABOVE', '=': 'FS_EQUAL', '|': 'FS_BITS'}
WHAT = ('option', 'readonly', 'refuse', 'mark')
SIZE = 2048				# SUPER_SIZE of detect.c


def condition(word, form=CONDITION):
    """(op, offset, width, value) of a word like 209.1!=1."""
    if form is CONDITION and word in ('big', 'little'):
        return 'FS_' + word.upper(), 0, 0, 0
    m = form.match(word)
    if not m:
        raise ValueError(f'"{word}" is no condition: OFFSET.WIDTH==VALUE (or !=, &, >), big or little'
                         if form is CONDITION else
                         f'"{word}": expected OFFSET.WIDTH=VALUE or OFFSET.WIDTH|VALUE')
    offset, width, value = int(m[1]), int(m[2]), int(m[4], 0)
    if offset + width > SIZE:
        raise ValueError(f'"{word}" lies beyond the {SIZE} bytes that are looked at')
    if value >> 8 * width:
        raise ValueError(f'"{word}": the value does not fit in {width} bytes')
    return OPS[m[3]], offset, width, value


class Superblocks:
    """All lines of one description."""

    def __init__(self):
        self.supers = {}	# name: (base, [condition])
        self.rules = []		# (super, [condition], [option], what, text, value, mark)

    def add_super(self, text):
        words = text.split()
        if len(words) < 3 or not NAME.match(words[0]) or not words[1].isdecimal():
            raise ValueError('expected "super = NAME OFFSET CONDITION..."')
        if words[0] in self.supers:
            raise ValueError(f'"{words[0]}" was described before')
        self.supers[words[0]] = (int(words[1]), [condition(w) for w in words[2:]])

    def add_when(self, text, options):
        """@options: names of those that were described so far."""
        left, colon, right = text.partition(':')
        words, (what, _, rest) = left.split(), right.strip().partition(' ')
        rest = rest.strip()
        if not colon or not words or not rest or what not in WHAT:
            raise ValueError('expected "when = SUPER [CONDITION...] [unless OPTION...] : ' + '|'.join(WHAT) + ' ..."')
        unless = []
        if 'unless' in words:
            at = words.index('unless')
            words, unless = words[:at], words[at + 1:]
            for option in unless:
                if option not in options:
                    raise ValueError(f'"{option}" is no option described above')
        if words[0] not in self.supers:
            raise ValueError(f'there is no super "{words[0]}" above')
        reason, value, mark = rest, None, None
        if what == 'option':
            reason, _, value = rest.partition('=')
            if reason not in options:
                raise ValueError(f'"{reason}" is no option described above')
        elif what == 'mark':
            reason, mark = None, condition(rest, MARK)
        self.rules.append((words[0], [condition(w) for w in words[1:]], unless, what, reason, value or None, mark))

    def table(self, ident, c_string):
        """Lines of C: IDENT_supers and IDENT_rules, as registry.h wants them."""
        out = [f'static const struct fs_super {ident}_supers[] = {{']
        out += [f'\t{{ {c_string(n)}, {base}, {c_conditions(c)} }},' for n, (base, c) in self.supers.items()]
        out += ['\t{ 0 }', '};', f'static const struct fs_rule {ident}_rules[] = {{']
        out += [f'\t{{ {c_string(name)}, {c_conditions(conds)}, {c_words(unless, c_string)}, FS_{what.upper()}, {c_string(text)}, '
                f'{c_string(value)}, {c_conditions([mark]) if mark else "NULL"} }},'
                for name, conds, unless, what, text, value, mark in self.rules]
        return out + ['\t{ 0 }', '};']


def c_conditions(conditions):
    return '(const struct fs_cond[]){ ' + ', '.join(
        [f'{{ {op}, {offset}, {width}, {value:#x} }}' for op, offset, width, value in conditions] +
        ['{ 0 }']) + ' }'


def c_words(words, c_string):
    return '(const char *const[]){ ' + ', '.join([c_string(w) for w in words] + ['NULL']) + ' }' if words else 'NULL'
