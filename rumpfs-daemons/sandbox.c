/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The worker's cage. It parses what may be a hostile disk, so before it reads
 * the first block it has no capabilities, cannot open a file (landlock, where the
 * host has it, and no system call to do so), cannot make sockets, programs or executable memory.
 * What is left are its descriptors: the disk, /dev/fuse, the line to the keeper. One whose
 * file system is on a server may make Internet sockets, to connect again, and bind them to
 * low ports; nothing else of the host is in its reach either.
 *
 * It has no name spaces of its own. Without capabilities it cannot make any; and one of
 * mounts would keep every other mount of the host busy, while one of the network
 * takes longer to make than the whole mount and guards a call, socket(), that the filter denies.
 *
 * A filter by hand: some sixty comparisons, loaded in microseconds. Calls that are
 * allowed whatever their arguments cost nothing later, for the host
 * kernel keeps a bitmap of them.
 */
#include <errno.h>
#include <host_machine.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "sandbox.h"

#define FILTER_MAX	192

#define ARG_LOW(n)	(offsetof(struct seccomp_data, args[n]) + \
			 (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 4 : 0))

static const int allowed[] = {
	/* requests */
	__NR_read, __NR_writev, __NR_ppoll, __NR_write, __NR_io_uring_enter,
	/* the disk */
	__NR_pread64, __NR_pwrite64, __NR_preadv, __NR_pwritev, __NR_preadv2, __NR_pwritev2,
	__NR_fdatasync, __NR_fsync, __NR_fallocate, __NR_lseek, __NR_fstat,
	__NR_newfstatat, __NR_fcntl, __NR_close, __NR_sync_file_range,
	/* threads */
	__NR_futex, __NR_set_robust_list, __NR_rseq, __NR_exit, __NR_exit_group, __NR_sched_yield,
	__NR_gettid, __NR_getpid, __NR_getppid, __NR_restart_syscall, __NR_membarrier,
	__NR_sched_getaffinity,
	/* memory */
	__NR_munmap, __NR_madvise, __NR_mremap, __NR_brk, __NR_ftruncate,
	/* time */
	__NR_clock_gettime, __NR_clock_nanosleep, __NR_gettimeofday, __NR_nanosleep,
	__NR_timer_create, __NR_timer_settime, __NR_timer_gettime, __NR_timer_delete,
	__NR_timerfd_settime, __NR_timerfd_gettime, __NR_setitimer,
	/* signals */
	__NR_rt_sigaction, __NR_rt_sigprocmask, __NR_rt_sigreturn, __NR_rt_sigpending,
	__NR_rt_sigtimedwait, __NR_sigaltstack,
	__NR_getrandom,
#ifdef __NR_time
	__NR_time, __NR_poll,
#endif
};

/* Of a network file system: Internet sockets, which librump's socket hypercalls are. */
static const int allowed_network[] = {
	__NR_sendmsg, __NR_recvmsg, __NR_epoll_ctl, __NR_epoll_pwait,
#ifdef __NR_epoll_wait
	__NR_epoll_wait,
#endif
	__NR_connect, __NR_bind, __NR_listen, __NR_accept4, __NR_shutdown,
	__NR_getsockname, __NR_getpeername, __NR_setsockopt, __NR_getsockopt,
};

static const unsigned int families[] = { AF_INET, AF_INET6 };

static const unsigned int ioctls[] = {
	BLKDISCARD, BLKZEROOUT, BLKGETSIZE64, BLKSSZGET, BLKPBSZGET, BLKROTATIONAL, BLKROGET,
};

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short n;
};

static void emit(struct filter *f, unsigned short code, unsigned int k, unsigned char jt,
		 unsigned char jf)
{
	if (f->n < FILTER_MAX)
		f->code[f->n] = (struct sock_filter){ code, jt, jf, k };
	f->n++;
}

static void load(struct filter *f, unsigned int off)
{
	emit(f, BPF_LD | BPF_W | BPF_ABS, off, 0, 0);
}

static void ret(struct filter *f, unsigned int action)
{
	emit(f, BPF_RET | BPF_K, action, 0, 0);
}

/* Allow call @nr unless argument @arg has one of the bits @bits; else @action. */
static void without_bits(struct filter *f, int nr, int arg, unsigned int bits, unsigned int action)
{
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4);
	load(f, ARG_LOW(arg));
	emit(f, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
	ret(f, action);
	ret(f, SECCOMP_RET_ALLOW);
}

/* Allow call @nr if argument @arg is one of @values; else @action. */
static void with_value(struct filter *f, int nr, int arg, const unsigned int *values,
		       unsigned int n, unsigned int action)
{
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, nr, 0, n + 3);
	load(f, ARG_LOW(arg));
	for (unsigned int i = 0; i < n; i++)
		emit(f, BPF_JMP | BPF_JEQ | BPF_K, values[i], n - i, 0);
	ret(f, action);
	ret(f, SECCOMP_RET_ALLOW);
}

/* Allow what is in the list; BPF jumps only so far, so lists are short or in pieces. */
static void allow(struct filter *f, const int *list, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		emit(f, BPF_JMP | BPF_JEQ | BPF_K, list[i], n - i, 0);
	emit(f, BPF_JMP | BPF_JA, 1, 0, 0);
	ret(f, SECCOMP_RET_ALLOW);
}

static void build(struct filter *f, bool network, unsigned int deny)
{
	unsigned int pid = getpid(), zero = 0, name = PR_SET_NAME;
	unsigned int self[] = { pid };

	f->n = 0;
	load(f, offsetof(struct seccomp_data, arch));
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, HOST_AUDIT_ARCH, 1, 0);
	ret(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
	allow(f, allowed, sizeof(allowed) / sizeof(allowed[0]));
	if (network) {
		allow(f, allowed_network, sizeof(allowed_network) / sizeof(allowed_network[0]));
		with_value(f, __NR_socket, 0, families, 2, SECCOMP_RET_ERRNO | EAFNOSUPPORT);
	}

	without_bits(f, __NR_mmap, 2, PROT_EXEC, deny);
	without_bits(f, __NR_mprotect, 2, PROT_EXEC, deny);
	/* Threads yes, processes no. Of clone3 the flags cannot be seen; libc then uses clone. */
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, __NR_clone3, 0, 1);
	ret(f, SECCOMP_RET_ERRNO | ENOSYS);
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, __NR_clone, 0, 4);
	load(f, ARG_LOW(0));
	emit(f, BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 1, 0);
	ret(f, deny);
	ret(f, SECCOMP_RET_ALLOW);
	/* Its own signals: abort(3), and those between its threads. */
	with_value(f, __NR_tgkill, 0, self, 1, deny);
	with_value(f, __NR_ioctl, 1, ioctls, sizeof(ioctls) / sizeof(ioctls[0]),
		   SECCOMP_RET_ERRNO | ENOTTY);
	/* send(2) on the line to the keeper: no address. */
	with_value(f, __NR_sendto, 4, &zero, 1, deny);
	with_value(f, __NR_prctl, 0, &name, 1, SECCOMP_RET_ERRNO | EPERM);
	/* libc asks for these in passing and lives without. */
	emit(f, BPF_JMP | BPF_JEQ | BPF_K, __NR_openat, 0, 1);
	ret(f, SECCOMP_RET_ERRNO | ENOENT);
	ret(f, deny);
}

static struct rlog *trap_log;

static void on_sigsys(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)uc;
	log_msg(trap_log, LOG_L_CRIT, "sandbox: forbidden system call %d", si->si_syscall);
	log_panicked(trap_log);
	signal(SIGABRT, SIG_DFL);
	raise(SIGABRT);
}

int sandbox_privileges(bool network)
{
	struct __user_cap_header_struct h = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct caps[2];

	memset(caps, 0, sizeof(caps));
	if (network)	/* servers trust clients whose port only root can have */
		caps[0].permitted = caps[0].effective = 1u << CAP_NET_BIND_SERVICE;
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	if (syscall(SYS_capset, &h, caps))
		return -errno;
	return 0;
}

/* The seccomp filter cannot see what io_uring does; landlock can. Old hosts have none. */
static void forbid_files(void)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = (1ULL << 13) - 1,	/* all of its first version */
	};
	int fd;

	fd = syscall(__NR_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (fd < 0)
		return;
	syscall(__NR_landlock_restrict_self, fd, 0);
	close(fd);
}

/*
 * No file is ever opened again (the limit is on numbers to come, and what poll(2)
 * takes), and no core of a process that reads private files is written. RLIMIT_FSIZE
 * would forbid to write at the end of a big image.
 */
static int limits(void)
{
	static const struct rlimit fds = { 32, 32 }, none = { 0, 0 };

	if (setrlimit(RLIMIT_NOFILE, &fds) || setrlimit(RLIMIT_CORE, &none) ||
	    setrlimit(RLIMIT_MSGQUEUE, &none) || setrlimit(RLIMIT_RTPRIO, &none))
		return -errno;
	return 0;
}

int sandbox_enter(struct rlog *log, bool network, bool trap, const char **what)
{
	struct sock_fprog prog;
	struct filter f;

	int err;

	*what = "limits";
	err = network ? 0 : limits();	/* sockets are made later */
	if (err)
		return err;
	forbid_files();
	if (trap) {
		struct sigaction sa = {
			.sa_sigaction = on_sigsys,
			.sa_flags = SA_SIGINFO | SA_ONSTACK,
		};

		trap_log = log;
		sigaction(SIGSYS, &sa, NULL);
	}
	build(&f, network, trap ? SECCOMP_RET_TRAP : SECCOMP_RET_KILL_PROCESS);
	*what = "seccomp";
	if (f.n > FILTER_MAX)
		return -E2BIG;
	prog = (struct sock_fprog){ f.n, f.code };
	if (syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &prog))
		return -errno;
	return 0;
}
