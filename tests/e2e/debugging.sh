# SPDX-License-Identifier: GPL-2.0-only
# A driver under gdb, as docs/debugging.md says: breakpoint, back trace, the kernel's tasks and log of a live daemon.
need gdb python3
fat "$I" 16 16
mnt nosandbox,watchdog=0
script=$(find /usr/local/lib /usr/lib -name rump-gdb.py -print -quit)
[ -n "$script" ] || die "rump-gdb.py is not installed"
worker=$(rumpfs status --json "$M" | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["worker"])')
is "$worker" "$(worker_of "$I")"
in_gdb() { timeout 60 gdb -batch -nx -p "$worker" "${@/#/-ex=}" 2>&1 < /dev/null; }

# Stopped in the driver, by a user's system call.
(in_gdb 'break vfat_create' 'echo ready\n' continue bt "source $script" 'rump-threads' 'rump-bt' delete > stopped) &
gdb=$!
until_true 60 grep -q ready stopped || { cat stopped; die "no breakpoint"; }
timeout 60 touch "$M/x"
wait $gdb
# What is in the way of the driver's frames: the VFS by handle, the FUSE operation, the fiber.
for f in vfat_create vfs_create rumpvfs_create op_create request_run fiber_main; do has "$(cat stopped)" "^#[0-9]+ .*\b$f \\("; done
has "$(grep '^\*' stopped)" '^\*.* runs +fiber/[0-9]+ +\(the current task'
[ -e "$M/x" ] || die "the call was lost"
is "$(worker_of "$I")" "$worker"

# Not stopped by anything of ours: who waits in what, one of them, and what the kernel said.
in_gdb "source $script" rump-threads > threads
has "$(cat threads)" '^ +[0-9]+ idle +fiber/|^ +[0-9]+ 0x[0-9a-f]+ +fiber/'
has "$(cat threads)" ' kthreadd +kthreadd'
in_gdb "source $script" 'rump-bt kthreadd' > bt
has "$(cat bt)" '^  #[0-9]+ +0x[0-9a-f]+ schedule \+ [0-9]+$'
has "$(cat bt)" '^  #[0-9]+ +0x[0-9a-f]+ kthreadd \+ [0-9]+$'
in_gdb "source $script" rump-log | grep '^\[ *[0-9]*[.]' > log
rumpfs log "$M" > log.rumpfs
# It has messages besides that are not for the console; those of the console are all there, in their order.
sed 's/^\[[^]]*\] //; s/^<[0-9]*>//' log.rumpfs > console
[ "$(wc -l < console)" -gt 15 ] || die "a short log"
is "$(sed 's/^\[[^]]*\] //' log | grep -Fx -f console)" "$(cat console)"
in_gdb "source $script" 'rump-log 2' | grep -c '^\[ *[0-9]*[.]' | grep -qx 2

# Wrong words, and a process without a kernel.
has "$(in_gdb "source $script" 'rump-bt nobody')" 'no task of the kernel is "nobody": rump-threads lists them'
has "$(in_gdb "source $script" 'rump-log x')" 'rump-log \[N\]'
has "$(timeout 60 gdb -batch -nx -p "$(keeper_of "$I")" -ex "source $script" -ex rump-log 2>&1)" 'is this a process with a rump kernel'
timeout 30 touch "$M/y"
unmnt
clean

# Without a debugger: every request and its reply, with the sandbox and without.
for sandbox in sandbox nosandbox; do
	mount.rumpfs -t vfat -o "foreground,fusedebug,$sandbox" "$I" "$M" > requests 2>&1 &
	helper=$!
	until_true 10 mounted "$M" || { cat requests; die "not mounted"; }
	! cat "$M/nothing" 2> /dev/null || die "there is nothing"
	umount "$M"
	wait $helper
	n=$(sed -n 's/^rumpfs: request \([0-9]*\): LOOKUP (1), node 1, 8 bytes, by process [1-9].*/\1/p' requests | head -n 1)
	[ -n "$n" ] || { cat requests; die "no request is told"; }
	grep -qx "rumpfs: reply $n: error 2, 0 bytes" requests || { cat requests; die "no reply to $n is told"; }
done
