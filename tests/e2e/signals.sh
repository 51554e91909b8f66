# SPDX-License-Identifier: GPL-2.0-only
# Signals that have a handler end no call on a disk: signal(7) has files among what is never interrupted.
fat "$I" 32 64
mnt
cat > calls.py <<'END'
import ctypes, os, signal, sys, time
libc = ctypes.CDLL(None, use_errno=True)
told = 0
def on_alarm(*_):
    global told
    told += 1
signal.signal(signal.SIGALRM, on_alarm)
signal.siginterrupt(signal.SIGALRM, True)
signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
buf = ctypes.create_string_buffer(b"x" * (1 << 20), 1 << 20)
def call(fn, *args, want):
    ret = fn(*args)
    if ret != want:
        sys.exit(f"{fn.__name__}: {ret} instead of {want}: {os.strerror(ctypes.get_errno())}")
os.chdir(sys.argv[1])
end = time.monotonic() + 3
while time.monotonic() < end or told < 100:	# a busy machine tells less often
    fd = os.open("f", os.O_CREAT | os.O_RDWR | os.O_SYNC | os.O_TRUNC, 0o644)
    for i in range(4):
        call(libc.write, fd, buf, len(buf), want=len(buf))
    call(libc.fsync, fd, want=0)
    call(libc.ftruncate, fd, 20 << 20, want=0)
    call(libc.rename, b"f", b"g", want=0)
    os.close(fd)
signal.setitimer(signal.ITIMER_REAL, 0)
END
timeout 60 python3 calls.py "$M" || die "a signal was not harmless"
unmnt
clean
