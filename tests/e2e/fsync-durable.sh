# SPDX-License-Identifier: GPL-2.0-only
# What fsync returned for is in the image though the worker is killed right after.
# variants: uring pool
fat "$I" 32 64
random "$W/data" 5000000
for i in 1 2 3; do
	mnt
	python3 -c "
import os, signal, sys
fd = os.open('$M/f$i', os.O_RDWR | os.O_CREAT)
os.write(fd, open('$W/data', 'rb').read()); os.fsync(fd)
d = os.open('$M', os.O_RDONLY); os.fsync(d)
os.kill($(worker_of "$I"), signal.SIGKILL)"
	until_true 15 not_mounted "$M"
	ended
	mnt ro
	cmp "$W/data" "$M/f$i"
	unmnt
done
