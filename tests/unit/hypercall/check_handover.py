#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""check_handover.py MODEL: have spin check the hand-over protocol.

First the model as it is, from several sides, must hold; then each mistake that
it knows (see its head) must be found, or the check would prove nothing: about a
minute. With FULL=1 the two largest searches are made as well (five more). Not
optimised, for that takes the compiler longer than it saves.
"""
import concurrent.futures, os, re, shutil, subprocess, sys, tempfile, time

FULL = os.environ.get('FULL') not in (None, '', '0')

LIMIT = 600

# What a search is for: how pan is compiled and run.
SAFETY = (['-DSAFETY'], [])
CIRCLES = (['-DNP', '-DNFAIR=3'], ['-l', '-f'])        # non-progress cycles, weak fairness

ALL = ['ONE', 'CALLS=2', 'WITH_EXIT', 'WITH_POOL', 'WITH_TIME', 'WITH_RING']

# name, kind, definitions, only at full length
HOLDS = [
    ('one thread, every way to wait', SAFETY, ALL, False),
    ('two threads, one ends', SAFETY, ['CALLS=1', 'WITH_EXIT'], False),
    ('two threads and the timer', SAFETY, ['CALLS=1', 'WITH_TIME'], False),
    ('two threads and a ring', SAFETY, ['CALLS=1', 'WITH_RING'], False),
    ('two threads and the pool', SAFETY, ['CALLS=1', 'WITH_POOL'], True),
    ('a dispatcher with calls and a job', SAFETY, ['ONE', 'CALLS=1', 'DISPATCHER'], False),
    ('all calls end: one thread', CIRCLES, ['ONE', 'CALLS=1', 'WITH_POOL', 'WITH_TIME', 'WITH_RING'], False),
    ('all calls end: two threads', CIRCLES, ['CALLS=1'], True),
    ('nobody spins beside a long call', CIRCLES, ['ONE', 'CALLS=1', 'LONG', 'WITH_TIME', 'WITH_RING'], False),
]

# mistake, kind, definitions, what pan must say
BREAKS = [
    ('REORDER_RELEASE', SAFETY, ALL, 'invalid end state'),
    ('REORDER_WAKE', SAFETY, ALL, 'invalid end state'),
    ('REORDER_GO', SAFETY, ALL, 'invalid end state'),
    ('REORDER_SLEEP', SAFETY, ALL, 'invalid end state'),
    ('REORDER_KICK', SAFETY, ALL, 'invalid end state'),
    ('REORDER_ARM', SAFETY, ALL, 'invalid end state'),
    ('NO_RECHECK', SAFETY, ALL, 'invalid end state'),
    ('NO_KICK', SAFETY, ALL, 'invalid end state'),
    ('NO_WAKE', SAFETY, ALL, 'invalid end state'),
    ('NO_FUTEX_WAKE', SAFETY, ALL, 'invalid end state'),
    ('NO_DEADLINE', SAFETY, ALL, 'invalid end state'),
    ('CLEAR_LATE', SAFETY, ['CALLS=1', 'WITH_EXIT'], 'invalid end state'),
    ('KEEP_APPOINTED', SAFETY, ALL, 'invalid end state'),
    ('NOT_ATOMIC', SAFETY, ALL, 'assertion violated .*inside==1'),
    ('NO_WITHDRAW', SAFETY, ALL, 'assertion violated .*freed'),
    ('SPIN', CIRCLES, ['ONE', 'CALLS=1', 'LONG', 'WITH_TIME', 'WITH_RING'], 'non-progress cycle'),
]


def search(model, kind, definitions):
    """What pan says of the model with these definitions."""
    build, options = kind
    with tempfile.TemporaryDirectory(prefix='handover.') as work:
        def run(*command):
            try:
                r = subprocess.run(command, cwd=work, capture_output=True, text=True, timeout=LIMIT)
            except subprocess.TimeoutExpired:
                return 1, f'{command[0]} took more than {LIMIT} s'
            return r.returncode, r.stdout + r.stderr
        shutil.copy(model, work + '/handover.pml')
        code, text = run('spin', '-a', *('-D' + d for d in definitions), 'handover.pml')
        if code:
            return 'spin: ' + text
        code, text = run('gcc', '-O0', '-w', '-DCOLLAPSE', '-DVECTORSZ=1024', *build, '-o', 'pan', 'pan.c')
        if code:
            return 'gcc: ' + text
        return run('./pan', '-m200000', '-w22', *options)[1]


def verdict(text):
    """Its complaint; '' if it searched everything and has none."""
    m = re.search(r'^pan:\d+: (.*?)(?: \(at depth|$)', text, re.M)
    if m:
        return m.group(1)
    if 'errors: 0' not in text or re.search('max search depth too small|out of memory|not completed', text):
        return 'the search did not end:\n' + text
    return ''


def main():
    model = sys.argv[1]
    if not shutil.which('spin'):
        print('SKIP: spin is not installed')
        sys.exit(77)
    failed = 0
    jobs = []
    with concurrent.futures.ThreadPoolExecutor(max(1, min(2, os.cpu_count() or 1))) as pool:
        # The long ones first, so that the last does not run alone.
        for name, kind, definitions, long in sorted(HOLDS, key=lambda h: not h[3]):
            if FULL or not long:
                jobs.append((name, '', pool.submit(search, model, kind, definitions)))
        for name, kind, definitions, want in BREAKS:
            jobs.append((name, want, pool.submit(search, model, kind, definitions + [name])))
        for name, want, future in jobs:
            text = future.result()
            got = verdict(text)
            good = re.search(want, got) if want else not got
            failed += not good
            states = re.search(r'(\d+) states, stored', text)
            print('ok' if good else 'FAILED', name, '-', got or f'{states.group(1)} states, no error', flush=True)
    sys.exit(failed > 0)


main()
