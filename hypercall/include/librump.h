/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * librump: a rump kernel in this process.
 *
 * Implements the hypercalls (rump/rumpuser.h), chooses the host thread that
 * carries the virtual CPU, and gives programs two ways in:
 *
 *   Threads     rump_syscall() and rump_call() from any thread, as often and
 *               from as many as one likes. General; two threads that
 *               wait for each other pay a futex.
 *   Dispatcher  one host thread that runs jobs (rump.h) on fibers, hundreds
 *               at a time, and sleeps in rump_dispatch_wait(). Fast; what a
 *               server of requests wants.
 *
 * Both may be used at once. There is one rump kernel in a process and it is
 * never unloaded; a process that is done with it exits.
 */
#ifndef _LIBRUMP_H
#define _LIBRUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <rump/rump.h>
#include <rump/rumpvfs.h>

enum rump_blkio {
	RUMP_BLKIO_AUTO,	/* io_uring, or the pool where the host refuses it */
	RUMP_BLKIO_URING,
	RUMP_BLKIO_POOL,	/* a few threads */
};

struct rump_config {
	const char *component;	/* "fat": librumpkern-fat.so is loaded */
	const char *libdir;	/* where from; NULL: $RUMP_LIBDIR, else where it was installed */
	size_t memsize;		/* bytes of kernel memory, rounded up to 4 MiB; 0: 64 MiB, and up to 1 GiB if it must */
	enum rump_blkio blkio;
	bool dispatcher;	/* the calling thread will be the dispatcher */
	unsigned int max_jobs;	/* fibers at most; 0: 256 */
	unsigned int watchdog;	/* seconds of CPU time without progress; 0: none */
	const char *cmdline;	/* more of the kernel's command line, or NULL */
	/*
	 * Takes the kernel's log, a line a call (no newline, not terminated).
	 * On the carrier; also while panicking, so it must not take
	 * locks that it may hold. NULL: level 4 and below to stderr.
	 */
	void (*log)(void *ctx, int level, const char *text, size_t len);
	/* Panic: called after the last log line and before abort(3). May be NULL. */
	void (*panicked)(void *ctx);
	void *log_ctx;
	/*
	 * Names that the host knows: the number of a user, or @group, whom a server calls by name; and where the server is now. 0 or more, or
	 * -errno, as rump/rumpuser_name.h says. On the carrier. NULL: nobody knows.
	 */
	int (*id_of_name)(void *ctx, int group, const char *name, size_t len, unsigned int *id);
	int (*server_ask)(void *ctx);
	int (*server_addresses)(void *ctx, void *list, unsigned int max);
	void *names_ctx;
};

/*
 * Load and boot. 0, or a negative errno with a sentence in @err (which is
 * untouched on success). On error nothing is left behind but the loaded library.
 */
int rump_boot(const struct rump_config *cfg, char *err, size_t errsize);

/* The booted kernel, NULL before. Its functions obey the contexts of rump.h. */
const struct rump_kernel *rump_kernel_get(void);

/* --- threads ------------------------------------------------------------- */

/* System call @nr of asm-generic's table, in the calling thread. -errno on failure. */
long rump_syscall(long nr, long a, long b, long c, long d, long e, long f);

/* Run @fn(@arg) on the calling thread's proxy task, inside the kernel. */
long rump_call(long (*fn)(void *), void *arg);

/* The calling thread makes no more calls. Optional; ends its proxy. */
void rump_thread_exit(void);

/* --- dispatcher: only on the thread that booted with .dispatcher ----------- */

/*
 * Run the kernel, and with it all submitted jobs, until it has nothing to do.
 * Returns at once if another thread carries. Jobs are submitted with
 * rump_kernel_get()->job_submit(), from anywhere; from other threads
 * rump_dispatch_kick() must follow.
 */
void rump_dispatch_run(void);

/*
 * Sleep until one of @fds has events (as poll(2): revents), an interrupt is
 * posted, the kernel's timer is due, or rump_dispatch_kick(). Then the
 * caller serves its fds and calls rump_dispatch_run() again.
 * Returns the number of ready @fds, 0 for the rest. @timeout_ms < 0: no limit.
 */
int rump_dispatch_wait(struct pollfd *fds, unsigned int nfds, int timeout_ms);

/*
 * For a dispatcher that does not sleep at once: collect finished I/O. True:
 * call rump_dispatch_run(). Makes no system call and does not look at the
 * timer and the wall clock, so rump_dispatch_wait() must come before long; a kick is
 * left to it too.
 */
bool rump_dispatch_poll(void);

/* Any thread, signal safe: make rump_dispatch_wait() return. */
void rump_dispatch_kick(void);

/* --- disks ----------------------------------------------------------------- */

struct rump_disk_params {
	const char *name;	/* as messages shall show it; made valid and short */
	int fd;			/* a regular file or block device, opened O_RDONLY or O_RDWR */
	uint64_t offset;	/* a window of the file: partition in an image; multiple of 512 */
	uint64_t size;		/* 0: to the end */
	bool readonly;
	bool direct;		/* try O_DIRECT (set on the fd), fall back silently */
};

/*
 * Make a disk of a host file. To be called inside the kernel (in a job or a
 * rump_call()). The path of its device node is stored in @path[64].
 * The fd stays the caller's and must live until the kernel is gone.
 */
int rump_disk_attach(const struct rump_disk_params *p, char *path);

/* How many requests the kernel has made of all disks so far; *@idle: the host has answered all of them. Any thread. */
unsigned long rump_disk_requests(bool *idle);

/* --- memory ------------------------------------------------------------------ */

/* The memory file and its size, to look at. */
int rump_mem_fd(void);

#endif
