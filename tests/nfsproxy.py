#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""nfsproxy PORT SERVERPORT LOG: stands before an NFS 4.0 server of this machine and adds what servers of Debian cannot do.

Delegations: who opens a file for reading gets one, if its callback address is known. Who opens it for writing waits until it
was called back and returned. The server knows nothing of them: their stateids become anonymous ones.
Referrals: the name "elsewhere" is said to be on another server.

A line of LOG for each event: "open NAME r|w", "grant NAME", "recall NAME", "return". The layouts are those of
RFC 7530 and RFC 5531.
"""
import socket, struct, sys, threading

OP_DELEGRETURN, OP_GETFH, OP_LOOKUP, OP_OPEN, OP_PUTFH, OP_SETCLIENTID = 8, 10, 15, 18, 22, 35
CB_RECALL, MOVED, ANONYMOUS = 4, 10019, bytes(16)
FSID, FILEID, FS_LOCATIONS, MOUNTED_ON_FILEID = 8, 20, 24, 55


def u32(*n):
    return struct.pack(f'>{len(n)}I', *n)


def opaque(data):
    return u32(len(data)) + data + bytes(-len(data) % 4)


class Reader:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def u32(self):
        self.at += 4
        return struct.unpack_from('>I', self.data, self.at - 4)[0]

    def fixed(self, n):
        self.at += n + -n % 4
        return self.data[self.at - n - -n % 4:][:n]

    def opaque(self):
        return self.fixed(self.u32())


def receive(sock):
    """A record, of one or more fragments; None at the end."""
    record, last = b'', False
    while not last:
        head = sock.recv(4, socket.MSG_WAITALL)
        if len(head) < 4:
            return None
        n = struct.unpack('>I', head)[0]
        last, n = n >> 31, n & 0x7fffffff
        while n:
            piece = sock.recv(min(n, 1 << 20))
            if not piece:
                return None
            record, n = record + piece, n - len(piece)
    return record


def send(sock, record):
    sock.sendall(u32(len(record) | 1 << 31) + record)


class Delegation:
    count = 0

    def __init__(self, name, fh, callback):
        Delegation.count += 1
        self.stateid = b'delegation' + struct.pack('>xxI', Delegation.count)
        self.name, self.fh, self.callback, self.returned = name, fh, callback, threading.Event()

    def recall(self):
        log('recall ' + self.name)
        host, port, program = self.callback
        with socket.create_connection((host, port)) as s:
            s.settimeout(20)
            cred = u32(1) + opaque(u32(0) + opaque(b'proxy') + u32(0, 0, 0))
            send(s, u32(1, 0, 2, program, 1, 1) + cred + u32(0, 0) + opaque(b'') + u32(0, 1, 1, CB_RECALL) +
                 self.stateid + u32(0) + opaque(self.fh))
            assert receive(s) is not None, 'no answer to a recall'
        assert self.returned.wait(20), 'recalled and not returned'


lock, granted = threading.Lock(), {}    # (directory, name): Delegation
logfile = open(sys.argv[3], 'a', buffering=1)


def log(text):
    print(text, file=logfile)


class Connection:
    """Of one client."""

    def __init__(self, client):
        self.client, self.pending, self.callback = client, {}, None
        self.server = socket.create_connection(('127.0.0.1', int(sys.argv[2])))
        threading.Thread(target=self.calls, daemon=True).start()
        threading.Thread(target=self.replies, daemon=True).start()

    def calls(self):
        while (call := receive(self.client)) is not None:
            call = self.call(call)
            if call is not None:
                send(self.server, call)
        self.server.shutdown(socket.SHUT_WR)

    def replies(self):
        while (reply := receive(self.server)) is not None:
            change = self.pending.pop(reply[:4], None)
            send(self.client, change(reply) if change else reply)
        self.client.close()

    def call(self, call):
        """What the server gets; None: nothing, it was answered here."""
        r = Reader(call)
        xid, _, _, program, _, procedure = (r.fixed(4), r.u32(), r.u32(), r.u32(), r.u32(), r.u32())
        for _ in range(2):              # credentials and verifier
            r.u32(), r.opaque()
        if program != 100003 or procedure != 1:
            return call
        tag, _ = r.opaque(), r.u32()
        at, n = r.at, r.u32()
        op = r.u32()
        if op == OP_SETCLIENTID:
            r.fixed(8), r.opaque()
            program, _, address = r.u32(), r.opaque(), r.opaque().decode().split('.')
            self.callback = '.'.join(address[:4]), int(address[4]) * 256 + int(address[5]), program
        if op != OP_PUTFH or n < 2:
            return call
        directory, op = r.opaque(), r.u32()
        if op == OP_LOOKUP and r.opaque() == b'elsewhere':
            send(self.client, xid + u32(1, 0, 0, 0, 0) + self.moved(r, tag))
            return None
        if op == OP_OPEN:
            return self.open(call, r, xid, directory)
        for d in list(granted.values()) + [None]:
            if d and call.endswith(u32(OP_DELEGRETURN) + d.stateid):
                self.pending[xid] = lambda reply: self.gave_back(d, reply)
                return call[:at] + u32(n - 1) + call[at + 4:-20]
        return self.anonymous(call)

    @staticmethod
    def anonymous(call):
        for d in list(granted.values()):
            call = call.replace(d.stateid, ANONYMOUS)
        return call

    @staticmethod
    def moved(r, tag):
        """The answer to a lookup of what is elsewhere, and to the question where."""
        if r.u32() == OP_GETFH:
            return u32(MOVED) + opaque(tag) + u32(2, OP_PUTFH, 0, OP_LOOKUP, MOVED)
        words = [r.u32() for _ in range(r.u32())]
        bits = [b for b in (FSID, FILEID, FS_LOCATIONS, MOUNTED_ON_FILEID)
                if b // 32 < len(words) and words[b // 32] >> b % 32 & 1]
        assert FS_LOCATIONS in bits, words
        value = {FSID: u32(0, 77, 0, 77), FILEID: u32(0, 99), MOUNTED_ON_FILEID: u32(0, 99),
                 FS_LOCATIONS: u32(1) + opaque(b'elsewhere') + u32(1, 1) + opaque(b'192.0.2.1') + u32(1) + opaque(b'data')}
        mask = u32(*(sum(1 << b % 32 for b in bits if b // 32 == i) for i in range(len(words))))
        return (u32(0) + opaque(tag) + u32(3, OP_PUTFH, 0, OP_LOOKUP, 0, 9, 0, len(words)) + mask +
                opaque(b''.join(value[b] for b in bits)))

    def open(self, call, r, xid, directory):
        _, access, _ = r.u32(), r.u32(), r.u32()
        r.fixed(8), r.opaque()          # the owner
        if r.u32():                     # it makes, or may make, the file
            return self.anonymous(call)
        claim = r.u32()
        if claim != 0:
            return self.anonymous(call)
        name = r.opaque()
        log(f'open {name.decode()} {"w" if access & 2 else "r"}')
        if access & 2:
            with lock:
                d = granted.get((directory, name))
            if d:                       # by a thread: the return may come over this connection
                threading.Thread(target=lambda: (d.recall(), send(self.server, call)), daemon=True).start()
                return None
        elif self.callback:
            self.pending[xid] = lambda reply: self.grant(directory, name, reply)
        return call

    def grant(self, directory, name, reply):
        r = Reader(reply, 24)           # xid, reply, accepted, verifier, success
        status = r.u32()
        r.opaque(), r.u32()
        if status or (r.u32(), r.u32(), r.u32(), r.u32()) != (OP_PUTFH, 0, OP_OPEN, 0):
            return reply
        r.fixed(16), r.fixed(20), r.u32()
        r.fixed(4 * r.u32())
        at = r.at
        if r.u32() != 0 or (r.u32(), r.u32()) != (OP_GETFH, 0):
            return reply
        d = Delegation(name.decode(), r.opaque(), self.callback)
        with lock:
            granted[directory, name] = d
        log('grant ' + d.name)
        return reply[:at] + u32(1) + d.stateid + u32(0) + u32(0, 0, 0) + opaque(b'') + reply[at + 4:]

    @staticmethod
    def gave_back(d, reply):
        with lock:
            granted.pop(next(k for k, v in granted.items() if v is d))
        log('return')
        d.returned.set()
        r = Reader(reply, 24)
        r.u32(), r.opaque()
        return reply[:r.at] + u32(r.u32() + 1) + reply[r.at:] + u32(OP_DELEGRETURN, 0)


listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
log('ready')
while True:
    Connection(listener.accept()[0])
