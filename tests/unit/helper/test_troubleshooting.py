#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every message that docs/troubleshooting.md quotes is one that a program says: test_troubleshooting.py TOP"""
import ast
import errno
import glob
import os
import re
import sys

TOP = sys.argv[1]
SOURCES = ('mount-helpers/*.c', 'rumpfs-daemons/*.c', 'hypercall/*.c')
# In a quoted message: "x", N, DIR and so on stand for what the program puts there, as do numbers and device names.
PLACE = re.compile(r'"[a-z.]"|…|\b(?:SOURCE|DIR|TYPE|DEVICE|HOST|USER|X|N|S)\b|/dev/loop0|/etc/fstab|/dev/fuse|\b[0-9]+\b')
CONVERSION = re.compile(r'%[-+ #0]*[0-9*]*(?:\.[0-9*]+)?(?:hh|h|ll|l|z|j)?[diouxXcsm]')
MACRO = '\0'


def literals(text):
    """Strings of C as the compiler sees them: adjacent ones are one, and a macro between two is anything."""
    text = re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)
    string = r'"(?:[^"\\\n]|\\.)*"'
    for run in re.finditer(string + r'(?:\s*(?:' + string + r'|[A-Z][A-Z_]+(?=\s*")))*', text):
        parts = re.findall(string + '|[A-Z][A-Z_]+', run[0])
        yield ''.join(ast.literal_eval(p) if p[0] == '"' else MACRO for p in parts)


def said():
    for pattern in SOURCES:
        for path in sorted(glob.glob(os.path.join(TOP, pattern))):
            for text in literals(open(path).read()):
                yield CONVERSION.sub(MACRO, text)
    for line in open(os.path.join(TOP, 'mount-helpers/automount/automount.in')):
        for text in re.findall(r'say "([^"]*)"', line):
            yield re.sub(r'\$\{?[a-z]+[^ ,:}]*\}?', MACRO, text)
    for number in errno.errorcode:
        yield os.strerror(number)


def main():
    messages = set(said())
    quoted = []
    for line in open(os.path.join(TOP, 'docs/troubleshooting.md')):
        if line.startswith('| `'):
            quoted += re.findall(r'`([^`]+)`', re.split(r'(?<!\\)\|', line)[1])
    missing = []
    for message in quoted:
        # What the program puts in must be something it puts in, or quotes around that.
        parts = [re.escape(p) for p in PLACE.split(message)]
        if not any(re.search('["/a-z0-9 ]*\0["/a-z0-9 ]*?'.join(parts), m) or re.search('.{1,12}'.join(parts), m) for m in messages):
            missing.append(message)
    for message in missing:
        print('no program says:', message)
    if len(quoted) < 20:
        print('only', len(quoted), 'messages are quoted')
    sys.exit(bool(missing) or len(quoted) < 20)


main()
