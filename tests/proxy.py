# SPDX-License-Identifier: GPL-2.0-only
"""What the servers and proxies of the tests share. Both protocols put a length of four bytes before each message; RPC's has
the highest bit set where the message ends."""
import socket, struct, threading


def accept(port):
    """The clients that come to @port, one after another."""
    listener = socket.create_server(('127.0.0.1', port), backlog=50)
    while True:
        yield listener.accept()[0]


def connect(port):
    return socket.create_connection(('127.0.0.1', port))


def exactly(sock, n):
    data = sock.recv(n, socket.MSG_WAITALL)
    if len(data) < n:
        raise ConnectionError('hung up')
    return data


def message(sock):
    """Its head and its body; ConnectionError at the end."""
    head = exactly(sock, 4)
    return head, exactly(sock, struct.unpack('>I', head)[0] & 0x7fffffff)


def framed(body):
    return struct.pack('>I', len(body)) + body


def hand_on(a, b):
    while data := a.recv(65536):
        b.sendall(data)


def both_ways(client, server, questions=hand_on, answers=hand_on):
    """A thread each for questions(client, server) and answers(server, client). When one ends, also by an OSError, both sockets do."""
    def run(how, a, b):
        try:
            how(a, b)
        except OSError:
            pass
        for s in a, b:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
    for how, a, b in (questions, client, server), (answers, server, client):
        threading.Thread(target=run, args=(how, a, b), daemon=True).start()
