# SPDX-License-Identifier: GPL-2.0-only
"""gdb commands for a process, or a core, with a rump kernel in it.

    rump-threads          the kernel's tasks, and what each waits in
    rump-bt [PID|NAME]    the back trace of one of them, or of all
    rump-log [N]          the (last N lines of the) kernel's log

Load it with "source" when the process is attached. The kernel has symbols but no types; where members of its structures
are it says itself (rumpkern/arch/rump/kernel/layout.c). Nothing is called in the process.
"""
import struct
import gdb

MAX_TASKS, MAX_FRAMES = 4096, 64
STATES = {0: 'runs', 1: 'sleeps', 2: 'waits', 0x402: 'idle'}
# What a task that waits is always in.
WAITING = ('rump_switch', '__switch_to', '__schedule', 'schedule', 'schedule_timeout', 'io_schedule',
           'schedule_preempt_disabled', 'io_schedule_timeout')


def address(symbol):
    try:
        return int(gdb.parse_and_eval(f'(unsigned long)&{symbol}'))
    except gdb.error:
        raise gdb.GdbError(f'there is no symbol "{symbol}": is this a process with a rump kernel, attached by root?')


def read(where, fmt):
    data = gdb.selected_inferior().read_memory(where, struct.calcsize('<' + fmt))
    return struct.unpack('<' + fmt, data)[0]


def text(where, length):
    return bytes(gdb.selected_inferior().read_memory(where, length)).split(b'\0')[0].decode(errors='replace')


class Layout:
    """The kernel's table, which a component of another version may have otherwise."""

    def __init__(self):
        self.at, where = {}, address('rump_layout')
        while name := text(where, 44):
            self.at[name] = read(where + 44, 'I')
            where += 48

    def __getitem__(self, name):
        if name not in self.at:
            raise gdb.GdbError(f'this kernel does not say where {name} is')
        return self.at[name]


class Task:
    def __init__(self, layout, where):
        self.where = where
        self.pid = read(where + layout['task_struct.pid'], 'i')
        self.name = text(where + layout['task_struct.comm'], 16)
        self.state = read(where + layout['task_struct.__state'], 'I')
        self.sp = read(where + layout['task_struct.thread.sp'], 'Q')
        self.stack = read(where + layout['task_struct.stack'], 'Q')

    def frames(self):
        """Return addresses, from the switch that left this stack: r15 r14 r13 r12 rbx rbp, where to return."""
        if not self.sp:
            return
        fp, pc = read(self.sp + 40, 'Q'), read(self.sp + 48, 'Q')
        for _ in range(MAX_FRAMES):
            yield pc
            if not self.sp < fp < self.stack + (1 << 16):
                return
            fp, pc = read(fp, 'Q'), read(fp + 8, 'Q')


def symbol(pc):
    # A call may be a function's last instruction.
    said = gdb.execute(f'info symbol {pc - 1:#x}', to_string=True).strip()
    return said.split(' in section ')[0] if ' in section ' in said else f'{pc:#x}'


def function(pc):
    return symbol(pc).split()[0]


def chain(head):
    node = read(head, 'Q')
    for _ in range(MAX_TASKS):
        if node == head:
            return
        yield node
        node = read(node, 'Q')


def tasks():
    layout = Layout()
    first = address('init_task')
    leaders = [first] + [n - layout['task_struct.tasks'] for n in chain(first + layout['task_struct.tasks'])]
    for leader in leaders:
        threads = read(leader + layout['task_struct.signal'], 'Q') + layout['signal_struct.thread_head']
        for node in chain(threads):
            yield Task(layout, node - layout['task_struct.thread_node'])


class Threads(gdb.Command):
    """The tasks of the rump kernel: number, state, name, and the function that each waits in."""

    def __init__(self):
        super().__init__('rump-threads', gdb.COMMAND_STACK)

    def invoke(self, arg, from_tty):
        current = read(address('rump_current'), 'Q')
        gdb.write(f'  {"PID":>5} {"STATE":8} {"NAME":16} IN\n')
        for task in tasks():
            where = next((f for f in map(function, task.frames()) if f not in WAITING), '?')
            mark = '*' if task.where == current else ' '
            gdb.write(f'{mark} {task.pid:5} {STATES.get(task.state, hex(task.state)):8} {task.name:16} '
                      f'{where if mark == " " else "(the current task: bt)"}\n')


class Backtrace(gdb.Command):
    """rump-bt [PID|NAME]: the kernel back trace of a task of the rump kernel that does not run, or of all."""

    def __init__(self):
        super().__init__('rump-bt', gdb.COMMAND_STACK)

    def invoke(self, arg, from_tty):
        found = [t for t in tasks() if arg in ('', str(t.pid), t.name)]
        if not found:
            raise gdb.GdbError(f'no task of the kernel is "{arg}": rump-threads lists them')
        for task in found:
            gdb.write(f'{task.pid} {task.name}\n')
            if task.where == read(address('rump_current'), 'Q'):
                gdb.write('  is the current task, which runs on a thread of the process: bt, or thread apply all bt\n')
                continue
            for n, pc in enumerate(task.frames()):
                gdb.write(f'  #{n:<2} {pc:#018x} {symbol(pc)}\n')


class Log(gdb.Command):
    """rump-log [N]: the log of the rump kernel, or its last N lines."""

    def __init__(self):
        super().__init__('rump-log', gdb.COMMAND_DATA)

    def invoke(self, arg, from_tty):
        if arg and not arg.isdigit():
            raise gdb.GdbError('rump-log [N]')
        records = list(self.records())
        for line in records[-int(arg):] if arg else records:
            gdb.write(line + '\n')

    @staticmethod
    def records():
        layout = Layout()
        ring = read(address('prb'), 'Q')
        member = lambda name, fmt: read(ring + layout['printk_ringbuffer.' + name], fmt)
        count = 1 << member('desc_ring.count_bits', 'I')
        size = 1 << member('text_data_ring.size_bits', 'I')
        data, descs, infos = member('text_data_ring.data', 'Q'), member('desc_ring.descs', 'Q'), member('desc_ring.infos', 'Q')
        head, tail = member('desc_ring.head_id', 'Q'), member('desc_ring.tail_id', 'Q')
        for n in range((head - tail) % (1 << 62) + 1):
            number = (tail + n) % (1 << 62)
            desc = descs + number % count * layout['prb_desc']
            info = infos + number % count * layout['printk_info']
            state = read(desc + layout['prb_desc.state_var'], 'Q')
            begin = read(desc + layout['prb_desc.text_blk_lpos.begin'], 'Q')
            # Only what is written whole: committed or finalized, of this round; odd positions are no data.
            if state % (1 << 62) != number or state >> 62 not in (1, 2) or begin & 1:
                continue
            following = read(desc + layout['prb_desc.text_blk_lpos.next'], 'Q')
            # A block that would not fit before the end is at the beginning; its first word is the number.
            at = begin % size if begin // size == following // size else 0
            length = read(info + layout['printk_info.text_len'], 'H')
            line = text(data + at + 8, length) if length else ''
            ns = read(info + layout['printk_info.ts_nsec'], 'Q')
            yield f'[{ns // 10**9:5}.{ns // 1000 % 10**6:06}] {line}'


Threads()
Backtrace()
Log()
