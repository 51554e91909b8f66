#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""smbproxy.py PORT LOG: a wire between a client of SMB and the server on port 445.

Hands everything on, and writes it down in LOG. While a file of these names exists it does worse, and adds a byte to
LOG.done for each time:

    LOG.change  changes a bit of the next big answer, and removes the file
    LOG.number  changes the number of the question in the next answer, and removes the file
    LOG.fuzz    changes a bit of one message in 30; of questions, of those with data and of sealed ones, as smbd answers others
                that are signed in a way that has it wait for itself
    LOG.forge   answers a sealed question, one of each connection, in the clear: as a read, with a number that is guessed
    LOG.lost    ends the connection instead of handing on the answer to a question that has something renamed, linked or
                removed, and removes the file; with a number N in it the answer to the N-th of these, and with "-N"
                instead of handing on the question
    LOG.hold    keeps answers to such questions back until it is gone; with a number N in it not those to the first N-1, and writes
                down in LOG.held that it does
    LOG.short   ends the connection before the last 50 bytes of the next big answer, and removes the file
    LOG.hangup  ends connections after some hundred messages, in the middle of one or between two
"""
import os, random, socket, struct, sys, threading, time
import proxy

port, name = int(sys.argv[1]), sys.argv[2]
log, lock = open(name, 'wb', buffering=0), threading.Lock()
guess = 3


def told(what):
    return os.path.exists(name + what)


def done():
    with open(name + '.done', 'a') as f:
        f.write('.')


def lasting(data):
    """Does a question have something renamed (10), linked (11) or removed (13, or when closed)?"""
    at = 0
    while data[at:at + 4] == b'\xfeSMB':
        command, follows = struct.unpack_from('<12xH6xI', data, at)
        if command == 17 and data[at + 67] in (10, 11, 13) or command == 5 and struct.unpack_from('<I', data, at + 104)[0] & 0x1000:
            return True
        if not follows:
            break
        at += follows
    return False


def forgery(session):
    global guess
    guess = guess + 1 if guess < 30 else 4
    data = b'forged\n' * 100
    hdr = struct.pack('<4sHHIHHIIQIIQ16s', b'\xfeSMB', 64, 1, 0, 8, 1, 1, 0, guess, 0, 1, session, bytes(16))
    answer = hdr + struct.pack('<HBBIII', 17, 80, 0, len(data), 0, 0) + data
    return struct.pack('>I', len(answer)) + answer


class Connection:
    def __init__(self, client, server):
        self.client, self.server = client, server
        self.lock = threading.Lock()        # of what goes to the client
        self.messages = {client: 0, server: 0}
        self.forged, self.lost, self.part = False, None, None
        self.held, self.holding = set(), 0
        self.life = random.randrange(20, 300)
        for s in client, server:
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        proxy.both_ways(client, server, self.pump, self.pump)

    def spoil(self, a, data):
        """What is done to a message that came from @a; False: the end; None: it is not handed on now."""
        n = self.messages[a] = self.messages[a] + 1
        if a is self.server and len(data) > 50000 and told('.change'):
            data[-100] ^= 1
            os.unlink(name + '.change')
        if a is self.server and told('.number'):
            data[24 if data[:4] == b'\xfeSMB' else 30] ^= 0x40
            os.unlink(name + '.number')
        if a is self.client and told('.lost') and lasting(data):
            last = int(open(name + '.lost').read() or 1)
            if abs(last) > 1:
                with open(name + '.lost', 'w') as f:
                    f.write(str(last - (1 if last > 0 else -1)))
            else:
                os.unlink(name + '.lost')
                self.lost = data[24:32]
                if last < 0:
                    return False
        if a is self.server and data[24:32] == self.lost:
            return False
        if a is self.client and told('.hold') and lasting(data):
            self.holding += 1
            if self.holding >= int(open(name + '.hold').read() or 1):
                self.held.add(bytes(data[24:32]))
        if a is self.server and bytes(data[24:32]) in self.held:
            threading.Thread(target=self.later, args=(struct.pack('>I', len(data)) + data,), daemon=True).start()
            return None
        if a is self.server and len(data) > 20000 and told('.short'):
            self.part = len(data) - 50
            os.unlink(name + '.short')
            return False
        mine = a is self.server or len(data) > 1000 or data[:4] == b'\xfdSMB'
        if n > 5 and mine and told('.fuzz') and random.randrange(30) == 0:
            most = random.choice((len(data), min(len(data), 100)))      # the head is of interest
            data[random.randrange(most)] ^= 1 << random.randrange(8)
            done()
        if a is self.client and data[:4] == b'\xfdSMB' and not self.forged and told('.forge') and random.randrange(3) == 0:
            self.forged = True
            with self.lock:
                self.client.sendall(forgery(struct.unpack_from('<Q', data, 44)[0]))
            done()
        return sum(self.messages.values()) < self.life or not told('.hangup')

    def later(self, message):
        open(name + '.held', 'w').close()
        while told('.hold'):
            time.sleep(0.02)
        self.holding = 0
        with self.lock:
            self.client.sendall(message)

    def pump(self, a, b):
        while True:
            head, data = proxy.message(a)
            data = bytearray(data)
            with lock:
                log.write(data)
            fate = self.spoil(a, data)
            if fate is None:
                continue
            if not fate:
                done()
                b.sendall((head + data)[:self.part or random.choice((0, 2, 50, len(data)))])
                return
            with self.lock:
                b.sendall(head + data)


random.seed(1)
for client in proxy.accept(port):
    Connection(client, proxy.connect(445))
