# SPDX-License-Identifier: GPL-2.0-only
"""Images that a power failure could leave behind, made of a recording (recorder.c).

A disk keeps what was flushed or written with FUA. Of the writes since then it may
have any, in any order, and of one of them only some sectors. Points are taken at
flushes and at the marks of the property, spread over the recording.
"""
import os
import random
import struct

READ, WRITE, FLUSH, DISCARD, ZERO, MARK = 0, 1, 2, 3, 4, 100
FUA = 1
SECTOR = 512
RECORD = struct.Struct('<IIQQ')


def read(path):
    """[(op, flags, offset, length, position of the data in the file)]"""
    log = []
    with open(path, 'rb') as f:
        while head := f.read(RECORD.size):
            op, flags, off, length = RECORD.unpack(head)
            log.append((op, flags, off, length, f.tell()))
            if op == WRITE:
                f.seek(length, os.SEEK_CUR)
    return log


def apply(image, data, event, cut=None):
    """Do to the image what the event did; of a torn write the first @cut bytes."""
    op, _, off, length, at = event
    if op == WRITE:
        os.pwrite(image, os.pread(data, length if cut is None else cut, at), off)
    elif op in (DISCARD, ZERO):
        zeros = bytes(1 << 20)
        for o in range(0, length, len(zeros)):
            os.pwrite(image, zeros[:min(len(zeros), length - o)], off + o)


def points(log, count, rng):
    """[(index, mode)]: the power fails before log[index]."""
    places = [i for i, e in enumerate(log) if e[0] in (FLUSH, MARK)] + [len(log)]
    first = next((i for i, e in enumerate(log) if e[0] == MARK), len(log))
    early = [p for p in places if p <= first]
    late = [p for p in places if p > first]
    chosen = rng.sample(early, min(len(early), count // 6)) + \
        rng.sample(late, min(len(late), count - count // 6))
    return [(p, ('none', 'some', 'all', 'some', 'torn')[i % 5]) for i, p in enumerate(sorted(chosen))]


def make(recording, log, index, mode, path, rng):
    """Turn @path, a copy of the image before, into what is left. Returns the last mark, -1 for none."""
    flushed = max((i for i in range(index) if log[i][0] == FLUSH), default=-1)
    step = max((e[1] for e in log[:index] if e[0] == MARK), default=-1)
    image, data = os.open(path, os.O_RDWR), os.open(recording, os.O_RDONLY)
    torn = None
    pending = [i for i in range(flushed + 1, index) if log[i][0] == WRITE and not log[i][1] & FUA]
    if mode == 'torn' and pending:
        torn = rng.choice(pending)
    for i in range(index):
        op, flags = log[i][:2]
        if op not in (WRITE, DISCARD, ZERO):
            continue
        cut = None
        if i > flushed and not flags & FUA:
            if mode == 'none' or (mode in ('some', 'torn') and i != torn and rng.random() < 0.5):
                continue
            if i == torn:
                cut = rng.randrange(0, log[i][3] // SECTOR + 1) * SECTOR
        apply(image, data, log[i], cut)
    os.close(image)
    os.close(data)
    return step
