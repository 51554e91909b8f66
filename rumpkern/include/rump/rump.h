/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The rump kernel as its host sees it. Implemented by rumpkern/arch/rump and
 * rumpkern/dev; read by both worlds. File systems by handle: rumpvfs.h.
 *
 * A rump kernel is a shared object that exports exactly one symbol, the
 * table rump_kernel below, and needs the hypercalls of rumpuser.h plus
 * a few string functions of libc. There is one rump kernel in a process.
 *
 * The virtual CPU. At any moment at most one host thread, the carrier, is
 * between resume() and its return. Programs do not call resume() themselves:
 * librump chooses the carrier (hypercall/include/librump.h).
 */
#ifndef _RUMP_RUMP_H
#define _RUMP_RUMP_H

#include <rump/rumpuser.h>

#define RUMP_ABI	3		/* of this header and rumpvfs.h */

/* Virtual interrupt lines. */
enum rump_irq {
	RUMP_IRQ_TIMER,			/* the deadline of rumpuser_timer_arm() */
	RUMP_IRQ_LWP,			/* a call or a job was queued */
	RUMP_IRQ_BLK,			/* block requests completed */
	RUMP_IRQ_SOCK,			/* for sockets on host sockets */
	RUMP_NR_IRQS = 32,
};

/* Why resume() returned. */
enum rump_park {
	RUMP_PARK_IDLE = 1,		/* nothing to do until an interrupt */
	RUMP_PARK_USER,			/* the call of the carrier's lwp ended */
	RUMP_PARK_BOOTED,		/* once: the kernel is up */
	RUMP_PARK_MORE = 16,		/* flag: a task can run, even without an interrupt */
};

/* --- calls of host threads -------------------------------------------------- */

enum rump_lwp_state {
	RUMP_LWP_IDLE,
	RUMP_LWP_REQUEST,		/* nr and args are valid */
	RUMP_LWP_DONE,			/* ret is valid */
	RUMP_LWP_EXIT,			/* the proxy shall go away */
};

#define RUMP_CALL_FN	(-1L)		/* nr: args[0] is long (*)(void *), args[1] its argument */

/*
 * A host thread as the kernel knows it. Allocated by the host (librump:
 * thread-local), lives until a RUMP_LWP_EXIT is answered. Its calls are made
 * by a proxy task of the kernel, created on the first call.
 */
struct rump_lwp {
	long nr;			/* system call number (asm-generic) or RUMP_CALL_FN */
	long args[6];
	long ret;
	int state;			/* enum rump_lwp_state, atomic */
	int queued;			/* kernel: on the list, atomic */
	struct rump_lwp *next;		/* kernel: list */
	void *task;			/* kernel: the proxy */
};

/* --- jobs -------------------------------------------------------------------- */

/*
 * A function to run on a fiber (a kernel task from a pool) as soon as the CPU
 * gets to it: the fast path of a dispatcher, where nobody waits in a thread.
 * The caller owns the memory. When @fn runs, the job is the function's: it may
 * free or resubmit it, for the kernel does not look at it again.
 * @fn is host code on a kernel stack (64 KiB): it may call rumpvfs and libc,
 * must not block the host thread, and must not be left by longjmp or exit.
 */
struct rump_job {
	struct rump_job *next;		/* kernel: list */
	void (*fn)(struct rump_job *job);
	void *task;			/* kernel: set while fn runs */
};

/* --- disks ------------------------------------------------------------------- */

struct rump_disk {
	const char *name;		/* of the disk, as messages show it; [A-Za-z0-9_.+-]{1,31} */
	int fd;				/* of the host; stays the host's to close, after detach */
	unsigned long long size;	/* bytes, multiple of 512 */
	unsigned int block_size;	/* logical, 512..4096; 0: 512 */
	unsigned int phys_block_size;	/* 0: block_size */
	unsigned int flags;		/* RUMP_DISK_* */
	unsigned int max_discard;	/* bytes, 0: none */
	unsigned int discard_granularity; /* bytes */
};
#define RUMP_DISK_READONLY	1u
#define RUMP_DISK_ROTATIONAL	2u

/* --- boot --------------------------------------------------------------------- */

/* Bytes of the map of all pages of so much memory: 56 for each. */
#define RUMP_PAGEMAP(memsize)	((memsize) / 4096 * 56)

struct rump_bootinfo {
	void *mem;			/* the mapping that is "physical" memory */
	void *pagemap;			/* zeros, RUMP_PAGEMAP(memmax): the boot fills that of memsize */
	unsigned long memsize;		/* bytes, multiple of 4 MiB */
	unsigned long memmax;		/* likewise: what rumpuser_mem_grow() may be asked for */
	const char *cmdline;		/* kernel command line, at most 1023 bytes */
	int tz_minuteswest;		/* of the host's local time, for FAT */
	unsigned int max_jobs;		/* fibers at most; 0: 256 */
	int log_level;			/* console level, 1..8; 0: 7 (all but debug) */
};

struct rumpvfs_ops;

/* State of the machine at a fault, as the host's signal handler saw it. */
struct rump_fault {
	int sig;
	unsigned long addr, pc, sp, fp;
};

struct rump_kernel {
	unsigned int abi;		/* RUMP_ABI */
	unsigned int size;		/* of this structure */
	const char *release;		/* "6.1.192" */
	const char *component;		/* "fat": what was linked in */

	/* Once, before the first resume(). Any thread. */
	void (*prepare)(const struct rump_bootinfo *bi);

	/*
	 * Carry the CPU until it parks: enum rump_park. The caller holds it
	 * (see librump's hand-over protocol) and its stack is not touched.
	 * The next resume() does more than park again if RUMP_PARK_MORE was
	 * set or an interrupt is pending.
	 */
	int (*resume)(void);

	/* Carrier only: the lwp whose proxy is the current task, or NULL. */
	struct rump_lwp *(*current_lwp)(void);

	/* Any thread, signal safe. Makes interrupt @irq pending; the carrier must be woken by the caller. */
	void (*irq_post)(enum rump_irq irq);
	/* Not 0: an interrupt is pending. To be read, by any thread, as an atomic. */
	const unsigned int *irq_pending;

	/* Any thread. Announce lwp->state REQUEST or EXIT; includes irq_post(). */
	void (*lwp_queue)(struct rump_lwp *lwp);

	/* Any thread. Queue a job; includes irq_post(). */
	void (*job_submit)(struct rump_job *job);

	/*
	 * The thread that carries or nobody does (a dispatcher between
	 * resumes). If the job runs, its interruptible and killable waits end
	 * with EINTR; if it has not begun it will be interrupted at its first
	 * wait; if it ended, nothing happens only if the memory is still a job
	 * that was never resubmitted.
	 */
	void (*job_interrupt)(struct rump_job *job);

	/* Any thread, signal safe: push a completed block request, then irq_post(RUMP_IRQ_BLK). */
	void (*blk_done)(struct rumpuser_blk_req *req);

	/*
	 * For the host's handler of SIGSEGV, SIGBUS, SIGFPE, SIGILL on the
	 * carrier. fixup: where to go on after a fault at pc that the kernel
	 * expects (copying from user memory), 0 if it is a bug; fault: report
	 * it and panic, does not return.
	 */
	unsigned long (*fixup)(unsigned long pc);
	void (*fault)(const struct rump_fault *f) __attribute__((noreturn));

	/* From the watchdog's signal handler: panic, saying what spins. */
	void (*stuck)(const struct rump_fault *f) __attribute__((noreturn));

	/* The rest: on a task of the kernel (inside a call or a job). */

	/* The host's wall clock was set; follow it. */
	void (*wallclock_set)(int tz_minuteswest);

	/* 0 and the path of the device node in @path (at least 64 bytes). */
	int (*disk_attach)(const struct rump_disk *d, char *path, unsigned long size);
	/* -EBUSY while mounted. */
	int (*disk_detach)(const char *path);
	/* The host's file grew, shrank or is gone (0): new size in bytes. */
	int (*disk_resize)(const char *path, unsigned long long size);

	/* Drop clean caches, so that their memory goes back to the host. */
	void (*mem_trim)(void);
	/* Bytes of kernel memory: free, page cache. */
	void (*mem_stat)(unsigned long *free, unsigned long *cache);

	/* Carrier only: number of times the CPU became idle or ended a call or job. Watchdog. */
	const volatile unsigned long *progress;

	const struct rumpvfs_ops *vfs;
};

#endif
