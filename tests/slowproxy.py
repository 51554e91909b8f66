#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""slowproxy.py PORT SERVERPORT SECONDS: a server that is far away: each piece of its answers comes SECONDS later."""
import queue, sys, threading, time
import proxy

port, server, late = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])


def delayed(a, b):
    pieces = queue.Queue()

    def hand_on():
        while piece := pieces.get():
            time.sleep(max(0, piece[0] - time.monotonic()))
            try:
                b.sendall(piece[1])
            except OSError:
                return
    threading.Thread(target=hand_on, daemon=True).start()
    try:
        while data := a.recv(65536):
            pieces.put((time.monotonic() + late, data))
    finally:
        pieces.put(None)


for client in proxy.accept(port):
    proxy.both_ways(client, proxy.connect(server), proxy.hand_on, delayed)
