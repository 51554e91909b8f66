#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""nfsproxy PORT SERVERPORT LOG: stands before an NFS 4 server of this machine and adds what servers of Debian cannot do.

Delegations: who opens a file gets one, to read or to write, if nobody has one and he can be called back: by NFS 4.0 at the address that he gave, by
4.1 and 4.2 over his own connection, if the server has said that his session has it for that. Who opens it for writing, or when the other
may write, waits until it was called back and returned. The server knows nothing of them: their stateids become anonymous ones.
When somebody asks for the attributes of what another may write, he is asked for its size.
SIGUSR1 cuts all connections of clients. A session that has lost its way back hears so, until it binds another connection.
Referrals: the name "elsewhere" is said to be on another server.

Who is called back opens at the server what he has open ("claim"), and returns.

A line of LOG for each event: "open NAME r|w", "grant NAME", "recall NAME", "claim", "return", "size NAME BYTES", "bind". The layouts are those of
RFC 7530, RFC 8881 and RFC 5531.
"""
import signal, socket, struct, sys, threading

OP_DELEGRETURN, OP_GETATTR, OP_GETFH, OP_LOOKUP, OP_OPEN, OP_PUTFH = 8, 9, 10, 15, 18, 22
OP_SETCLIENTID, OP_BIND_CONN_TO_SESSION, OP_CREATE_SESSION, OP_SEQUENCE = 35, 41, 43, 53
CB_GETATTR, CB_RECALL, CB_SEQUENCE, CONN_BACK_CHAN, BOUND_BACK = 3, 4, 11, 2, 2
CB_PATH_DOWN_SESSION = 0x200
CLAIM_NULL, CLAIM_DELEGATE_CUR, CLAIM_FH, CLAIM_DELEG_CUR_FH = 0, 2, 4, 5
MOVED, ANONYMOUS = 10019, bytes(16)
CHANGE, SIZE, FSID, FILEID, FS_LOCATIONS, MOUNTED_ON_FILEID = 3, 4, 8, 20, 24, 55


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
    """A record, of one or more fragments; None at the end, or when it was cut."""
    record, last = b'', False
    try:
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
    except ConnectionResetError:
        return None
    return record


def send(sock, record):
    sock.sendall(u32(len(record) | 1 << 31) + record)


def callback(program, minor, ident, n, ops):
    """A call without its number."""
    cred = u32(1) + opaque(u32(0) + opaque(b'proxy') + u32(0, 0, 0))
    return u32(0, 2, program, 1, 1) + cred + u32(0, 0) + opaque(b'') + u32(minor, ident, n) + ops


def results(reply):
    """Of a compound: status, tag, number, results."""
    return Reader(reply, 24)            # xid, reply, accepted, verifier, success


def called_back(reply, op):
    """The results of @op, which was the last of a callback."""
    assert reply, 'no answer to a callback'
    r = results(reply)
    assert r.u32() == 0, f'the answer to a callback: {reply}'
    r.opaque(), r.u32()
    if (got := (r.u32(), r.u32())) == (CB_SEQUENCE, 0):
        r.fixed(32)
        got = r.u32(), r.u32()
    assert got == (op, 0), got
    return r


class Session:
    """NFS 4.1: calls back over a connection that is bound to it for that."""

    def __init__(self, ident, program, minor):
        self.ident, self.program, self.minor = ident, program, minor
        self.connection, self.bound, self.callbacks, self.one = None, threading.Event(), 0, threading.Lock()

    def bind(self, connection):
        self.connection = connection
        self.bound.set()

    def unbind(self):
        self.connection = None
        self.bound.clear()

    def call_back(self, op):
        with self.one:                  # there is one slot
            assert self.bound.wait(20), 'no way back'
            self.callbacks += 1
            return self.connection.ask(u32(0xcb000000 + self.callbacks), callback(
                self.program, self.minor, 0, 2, u32(CB_SEQUENCE) + self.ident + u32(self.callbacks, 0, 0, 0, 0) + op))


class Delegation:
    count = 0

    def __init__(self, key, fh, owner, write):
        """@owner has a method call_back()."""
        Delegation.count += 1
        self.stateid = u32(1) + b'delegate' + u32(Delegation.count)
        self.key, self.name, self.fh, self.owner, self.write = key, key[1].decode(), fh, owner, write
        self.returned = threading.Event()

    def granted(self):
        """As OPEN says it."""
        anybody = u32(0, 0, 0) + opaque(b'')
        if self.write:
            return u32(2) + self.stateid + u32(0) + u32(1, 0, 1 << 30) + anybody    # up to a GiB
        return u32(1) + self.stateid + u32(0) + anybody

    def recall(self):
        log('recall ' + self.name)
        called_back(self.owner.call_back(u32(CB_RECALL) + self.stateid + u32(0) + opaque(self.fh)), CB_RECALL)
        assert self.returned.wait(20), 'recalled and not returned'

    def ask_size(self):
        r = called_back(self.owner.call_back(u32(CB_GETATTR) + opaque(self.fh) + u32(1, 1 << CHANGE | 1 << SIZE)), CB_GETATTR)
        words = [r.u32() for _ in range(r.u32())]
        assert words[0] == 1 << CHANGE | 1 << SIZE and not any(words[1:]), words
        log(f'size {self.name} {struct.unpack(">Q", r.opaque()[8:])[0]}')


lock = threading.Lock()
granted = {}            # (directory, name): Delegation
names = {}              # file handle: (directory, name)
sessions = {}           # identity: Session
clients = set()         # sockets
logfile = open(sys.argv[3], 'a', buffering=1)


def log(text):
    print(text, file=logfile)


class Connection:
    """Of one client."""

    def __init__(self, client):
        self.client, self.pending = client, {}
        self.session = None             # NFS 4.1
        self.back = None                # what calls this client back: the session, or by NFS 4.0 this, if it has an address
        self.sending, self.answers = threading.Lock(), {}
        clients.add(client)
        self.server = socket.create_connection(('127.0.0.1', int(sys.argv[2])))
        threading.Thread(target=self.calls, daemon=True).start()
        threading.Thread(target=self.replies, daemon=True).start()

    def to_client(self, record):
        with self.sending:
            send(self.client, record)

    def calls(self):
        while (call := receive(self.client)) is not None:
            if call[4:8] == u32(1):     # the answer to a call of the server, or of ours
                answer = self.answers.pop(call[:4], None)
                if answer:
                    answer(call)
                    continue
            else:
                call = self.call(call)
            if call is not None:
                send(self.server, call)
        clients.discard(self.client)
        for session in sessions.values():
            if session.connection is self:
                session.unbind()
        self.server.shutdown(socket.SHUT_WR)

    def replies(self):
        while (reply := receive(self.server)) is not None:
            change = self.pending.pop(reply[:4], None)
            reply = change(reply) if change else reply
            if self.session and not self.session.connection:
                reply = self.with_path_down(reply)
            try:
                self.to_client(reply)
            except OSError:             # it was cut
                break
        self.client.close()

    # --- calling back ---

    def call_back(self, op):
        """NFS 4.0: at the address of the client."""
        address, program, ident = self.address
        with socket.create_connection(address) as s:
            s.settimeout(20)
            send(s, u32(1) + callback(program, 0, ident, 1, op))
            return receive(s)

    def ask(self, xid, call):
        """NFS 4.1: the answer of the client to @call, which has no number."""
        said, answered = [], threading.Event()
        self.answers[xid] = lambda reply: (said.append(reply), answered.set())
        self.to_client(xid + call)
        return said[0] if answered.wait(20) else None

    def session_made(self, program, minor, reply):
        """The answer to CREATE_SESSION says whether this connection is a way back."""
        r = results(reply)
        if r.u32() == 0 and (r.opaque(), r.u32(), r.u32(), r.u32())[1:] == (1, OP_CREATE_SESSION, 0):
            ident, _, flags = r.fixed(16), r.u32(), r.u32()
            sessions[ident] = self.back = Session(ident, program, minor)
            if flags & CONN_BACK_CHAN:
                self.back.bind(self)
        return reply

    def session_bound(self, reply):
        r = results(reply)
        if r.u32() == 0 and (r.opaque(), r.u32(), r.u32(), r.u32())[1:] == (1, OP_BIND_CONN_TO_SESSION, 0):
            session, direction = sessions[r.fixed(16)], r.u32()
            if direction & BOUND_BACK:
                session.bind(self)
                log('bind')
        return reply

    @staticmethod
    def with_path_down(reply):
        """The answer to SEQUENCE, and what follows, of a session that has no way back."""
        r = results(reply)
        r.u32(), r.opaque()
        if r.u32() and (r.u32(), r.u32()) == (OP_SEQUENCE, 0):
            r.fixed(32)
            flags = r.u32() | CB_PATH_DOWN_SESSION
            return reply[:r.at - 4] + u32(flags) + reply[r.at:]
        return reply

    # --- calls and their answers ---

    def call(self, call):
        """What the server gets; None: nothing, it was answered here."""
        r = Reader(call)
        xid, _, _, program, _, procedure = (r.fixed(4), r.u32(), r.u32(), r.u32(), r.u32(), r.u32())
        for _ in range(2):              # credentials and verifier
            r.u32(), r.opaque()
        if program != 100003 or procedure != 1:
            return call
        tag, minor = r.opaque(), r.u32()
        at, n = r.at, r.u32()
        op = r.u32()
        if op == OP_SETCLIENTID:
            r.fixed(8), r.opaque()
            program, _, address, ident = r.u32(), r.opaque(), r.opaque().decode().split('.'), r.u32()
            self.address = ('.'.join(address[:4]), int(address[4]) * 256 + int(address[5])), program, ident
            self.back = self
        if op == OP_CREATE_SESSION:
            r.fixed(8), r.u32(), r.u32()
            for _ in range(2):          # both channels
                r.fixed(24), r.fixed(4 * r.u32())
            program = r.u32()
            self.pending[xid] = lambda reply: self.session_made(program, minor, reply)
        if op == OP_BIND_CONN_TO_SESSION:
            self.pending[xid] = self.session_bound
        if op == OP_SEQUENCE:
            self.session = self.back = sessions.get(r.fixed(16))
            r.fixed(16)
            if n == 1:
                return call
            before, op = r.at, r.u32()
        if op != OP_PUTFH or n < 2:
            return call
        fh, op = r.opaque(), r.u32()
        if op == OP_LOOKUP:
            name = r.opaque()
            if name == b'elsewhere':
                status, said = self.moved(r)
                if not minor:
                    self.to_client(xid + u32(1, 0, 0, 0, 0, status) + opaque(tag) + said)
                    return None
                # The session has to see its SEQUENCE.
                self.pending[xid] = lambda reply: self.instead(reply, status, said)
                return call[:at] + u32(1) + call[at + 4:before]
            self.pending[xid] = lambda reply: self.looked_up(fh, name, reply)
            return self.after_size(granted.get((fh, name)), call)
        if op == OP_OPEN:
            return self.open(call, r, xid, fh)
        for d in list(granted.values()):
            if call.endswith(u32(OP_DELEGRETURN) + d.stateid):
                self.pending[xid] = lambda reply: self.gave_back(d, reply)
                return call[:at] + u32(n - 1) + call[at + 4:-20]
            if op == OP_GETATTR and d.fh == fh:
                return self.after_size(d, call)
        return self.anonymous(call)

    def after_size(self, d, call):
        """@call asks for the attributes of what is delegated by @d, if it is."""
        if not d or not d.write or d.owner is self.back:
            return self.anonymous(call)
        threading.Thread(target=lambda: (d.ask_size(), send(self.server, call)), daemon=True).start()
        return None

    @staticmethod
    def anonymous(call):
        for d in list(granted.values()):
            # By NFS 4.1 also "the latest of this".
            call = call.replace(d.stateid, ANONYMOUS).replace(u32(0) + d.stateid[4:], ANONYMOUS)
        return call

    def up_to(self, reply, *ops):
        """A reader behind the results of SEQUENCE, if there is one, and PUTFH, and the heads of @ops; None if one failed."""
        r = results(reply)
        r.u32(), r.opaque(), r.u32()
        try:
            op, status = r.u32(), r.u32()
            if op == OP_SEQUENCE and status == 0:
                r.fixed(36)
                op, status = r.u32(), r.u32()
            if (op, status) != (OP_PUTFH, 0) or any((r.u32(), r.u32()) != (op, 0) for op in ops):
                return None
        except struct.error:
            return None
        return r

    def looked_up(self, directory, name, reply):
        r = self.up_to(reply, OP_LOOKUP, OP_GETFH)
        if r:
            names[r.opaque()] = directory, name
        return reply

    @staticmethod
    def moved(r):
        """The answer to a lookup of what is elsewhere, and to the question where: status, number and results."""
        if r.u32() == OP_GETFH:
            return MOVED, u32(2, OP_PUTFH, 0, OP_LOOKUP, MOVED)
        words = [r.u32() for _ in range(r.u32())]
        bits = [b for b in (FSID, FILEID, FS_LOCATIONS, MOUNTED_ON_FILEID)
                if b // 32 < len(words) and words[b // 32] >> b % 32 & 1]
        assert FS_LOCATIONS in bits, words
        value = {FSID: u32(0, 77, 0, 77), FILEID: u32(0, 99), MOUNTED_ON_FILEID: u32(0, 99),
                 FS_LOCATIONS: u32(1) + opaque(b'elsewhere') + u32(1, 1) + opaque(b'192.0.2.1') + u32(1) + opaque(b'data')}
        mask = u32(*(sum(1 << b % 32 for b in bits if b // 32 == i) for i in range(len(words))))
        return 0, (u32(3, OP_PUTFH, 0, OP_LOOKUP, 0, OP_GETATTR, 0, len(words)) + mask +
                   opaque(b''.join(value[b] for b in bits)))

    def instead(self, reply, status, said):
        """Behind what the server says of SEQUENCE."""
        r = results(reply)
        if r.u32():
            return reply
        tag, _, sequence = r.opaque(), r.u32(), r.fixed(44)
        return reply[:24] + u32(status) + opaque(tag) + u32(1 + Reader(said).u32()) + sequence + said[4:]

    def open(self, call, r, xid, fh):
        _, access, _ = r.u32(), r.u32(), r.u32()
        r.fixed(8), r.opaque()          # the owner
        if r.u32():                     # it makes, or may make, the file
            return self.anonymous(call)
        at, claim = r.at, r.u32()
        if claim in (CLAIM_DELEGATE_CUR, CLAIM_DELEG_CUR_FH):
            log('claim')
            r.fixed(16)
            return call[:at] + u32(CLAIM_NULL if claim == CLAIM_DELEGATE_CUR else CLAIM_FH) + call[r.at:]
        if claim == CLAIM_NULL:
            key = fh, r.opaque()
        elif claim == CLAIM_FH and fh in names:
            key = names[fh]
        else:
            return self.anonymous(call)
        log(f'open {key[1].decode()} {"w" if access & 2 else "r"}')
        write = bool(access & 2)
        with lock:
            d = granted.get(key)
        if d and (write or d.write):    # by a thread: the return may come over this connection
            threading.Thread(target=lambda: (d.recall(), send(self.server, call)), daemon=True).start()
            return None
        if self.back and not d and (self.back is self or self.session.connection):
            self.pending[xid] = lambda reply: self.grant(key, fh if claim == CLAIM_FH else None, write, reply)
        return call

    def grant(self, key, fh, write, reply):
        r = self.up_to(reply, OP_OPEN)
        if not r:
            return reply
        r.fixed(16), r.fixed(20), r.u32()
        r.fixed(4 * r.u32())
        at = r.at
        if r.u32() != 0:                # nothing is granted
            return reply
        after = r.at
        if fh is None:
            if (r.u32(), r.u32()) != (OP_GETFH, 0):
                return reply
            fh = r.opaque()
        d = Delegation(key, fh, self.back, write)
        with lock:
            granted[key] = d
        log('grant ' + d.name)
        return reply[:at] + d.granted() + reply[after:]

    def gave_back(self, d, reply):
        with lock:
            del granted[d.key]
        log('return')
        d.returned.set()
        r = results(reply)
        r.u32(), r.opaque()
        return reply[:r.at] + u32(r.u32() + 1) + reply[r.at:] + u32(OP_DELEGRETURN, 0)


def cut(*_):
    for client in list(clients):
        client.shutdown(socket.SHUT_RDWR)


signal.signal(signal.SIGUSR1, cut)
listener = socket.create_server(('127.0.0.1', int(sys.argv[1])))
log('ready')
while True:
    Connection(listener.accept()[0])
