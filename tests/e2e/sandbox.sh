# SPDX-License-Identifier: GPL-2.0-only
# The worker's cage: no privileges, no way to get any; what a driver that was taken over would try ends it.
# timeout: 120
need python3 gcc
syslog_start
fat "$I" 16 16
mnt
worker=$(worker_of "$I")
status=$(cat "/proc/$worker/status")
has "$status" 'NoNewPrivs:.1'
has "$status" 'Seccomp:.2'
for set in CapInh CapPrm CapEff CapAmb; do has "$status" "$set:.0000000000000000"; done
limits=$(cat "/proc/$worker/limits")
has "$limits" 'Max open files +32 +32 '
has "$limits" 'Max core file size +0 +0 '
for task in /proc/$worker/task/*; do has "$(cat "$task/status")" 'Seccomp:.2'; done
has_not "$(ls -l "/proc/$worker/fd")" 'io_uring.*io_uring'
unmnt

# Numbers of system calls are the machine's: ask its headers.
number() { echo "#include <sys/syscall.h>
__NR_$1" | gcc -E - | tail -n 1 | tr -dc 0-9; }
try() {	# NAME A0 A1 A2: as the driver, when it mounts
	mount -t rumpfs.faulty -o "fail=host,nr=$(number "$1"),a0=$2,a1=$3,a2=$4" "$I" "$M" 2>&1
}
killed() {	# NAME A0 A1 A2
	local out status=0
	: > "$W/syslog"
	out=$(try "$@") || status=$?
	[ "$status" != 0 ] || die "$1: mounted"
	syslog_has 'worker .*died \(signal 31, '
	has_not "$(cat "$W/syslog")" 'of the host returned'
	nothing_left
}
answers() {	# RESULT NAME A0 A1 A2
	local want=$1 out status=0
	shift
	: > "$W/syslog"
	out=$(try "$@") || status=$?
	syslog_has "of the host returned $want"
	is "$status" 32
	nothing_left
}
# What is allowed works, so the others do not fail for another reason.
answers '[0-9]+' getpid 0 0 0
killed socket 1 1 0
killed execve 0 0 0
killed ptrace 0 0 0
killed unshare 0 0 0
killed mount 0 0 0
killed io_uring_setup 1 0 0
killed io_uring_register 0 0 0
killed kill 1 0 0
killed tgkill 1 1 0
killed bpf 0 0 0
killed userfaultfd 0 0 0
killed clone 0 0 0
killed mmap 0 4096 4		# PROT_EXEC
killed mprotect 0 0 4
killed memfd_create 0 0 0
killed prlimit64 0 0 0
killed setns 0 0 0
answers -1 openat 0 0 0
answers -1 ioctl 0 21505 0
answers -1 clone3 0 0 0
answers -1 prctl 22 0 0
mnt && unmnt
syslog_end
