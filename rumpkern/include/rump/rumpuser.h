/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpuser: what a rump kernel asks of its host ("hypercalls").
 *
 * Implemented by librump (hypercall/), called by the rump kernel
 * (rumpkern/). The header is read by both worlds, so it uses neither
 * kernel nor libc types.
 *
 * Context. Unless said otherwise a hypercall is made by the carrier: the host
 * thread that carries the virtual CPU. It runs on a kernel stack of 64 KiB, of
 * which 16 KiB may be counted on, and it must not block: whatever takes
 * time is started here and reported later by an interrupt (rump.h,
 * rump_kernel.irq_post). Errors are negative errno values.
 */
#ifndef _RUMP_RUMPUSER_H
#define _RUMP_RUMPUSER_H

#define RUMPUSER_EXPORT __attribute__((visibility("default")))

/* --- console ------------------------------------------------------------ */

/*
 * One line of the kernel log, without level prefix, time or newline.
 * @level is the kernel's, 0 (emergency) to 7 (debug); @text need not be
 * terminated. Also called from the oops path on a signal stack.
 */
RUMPUSER_EXPORT void rumpuser_log(int level, const char *text, unsigned long len);

/*
 * The kernel is at its end. @panicked: say so and abort(3) the process, after
 * everything logged has reached its destinations; else exit status 0.
 */
RUMPUSER_EXPORT void rumpuser_exit(int panicked) __attribute__((noreturn));

/* --- time ---------------------------------------------------------------- */

/* CLOCK_MONOTONIC and CLOCK_REALTIME in nanoseconds. Never fail. */
RUMPUSER_EXPORT unsigned long long rumpuser_clock_ns(void);
RUMPUSER_EXPORT unsigned long long rumpuser_walltime_ns(void);
/* CLOCK_REALTIME_COARSE: of the host's last tick, as the host stamps files. */
RUMPUSER_EXPORT unsigned long long rumpuser_walltime_coarse_ns(void);

/*
 * Raise RUMP_IRQ_TIMER once when rumpuser_clock_ns() reaches @deadline.
 * There is one timer; a new deadline replaces the old one, 0 disarms.
 */
RUMPUSER_EXPORT void rumpuser_timer_arm(unsigned long long deadline);

/* --- memory -------------------------------------------------------------- */

/* Make [@p, @p + @size), whole pages of kernel memory, inaccessible or not. */
RUMPUSER_EXPORT void rumpuser_mem_guard(void *p, unsigned long size, int on);

/*
 * Memory shall be @size bytes from now on: more than before, at most rump_bootinfo.memmax, a
 * multiple of 4 MiB. What is new follows the old and reads as zero. 0 or a negative errno.
 */
RUMPUSER_EXPORT int rumpuser_mem_grow(unsigned long size);

/*
 * The kernel has no use for these bytes of its memory file (page aligned
 * offset and length) until it touches them again, when they read as zero or as
 * they were. The host may take the pages back.
 */
RUMPUSER_EXPORT void rumpuser_mem_release(unsigned long off, unsigned long len);

/*
 * Show @n pages of the memory file, given by byte offset, at consecutive
 * addresses. Returns the first address or NULL. rumpuser_vunmap() takes what
 * rumpuser_vmap() returned; the host remembers the size.
 */
RUMPUSER_EXPORT void *rumpuser_vmap(const unsigned long *off, unsigned int n);
RUMPUSER_EXPORT void rumpuser_vunmap(void *addr);

/* --- random numbers ------------------------------------------------------ */

/* Fill @p with @n (at most 256) bytes fit for cryptography. Never fails. */
RUMPUSER_EXPORT void rumpuser_random(void *p, unsigned long n);

/* --- block I/O ------------------------------------------------------------ */

enum rumpuser_blk_op {
	RUMPUSER_BLK_READ,
	RUMPUSER_BLK_WRITE,
	RUMPUSER_BLK_FLUSH,	/* all completed writes become durable */
	RUMPUSER_BLK_DISCARD,	/* off, len: contents become undefined */
	RUMPUSER_BLK_ZERO,	/* off, len: contents become zero */
};

#define RUMPUSER_BLK_FUA	1u	/* WRITE: durable when it completes */

struct rumpuser_iov {			/* same layout as struct iovec */
	void *base;
	unsigned long len;
};

/*
 * One transfer. The kernel owns the memory of the request and of the data and
 * leaves both alone until completion. Requests may complete in any order;
 * ordering and partial transfers are the host's business, and an error means
 * that nothing is known of the blocks involved.
 */
struct rumpuser_blk_req {
	struct rumpuser_blk_req *next;	/* list of completed requests */
	int fd;
	enum rumpuser_blk_op op;
	unsigned int flags;
	int error;			/* out: 0 or negative errno */
	unsigned long long off, len;	/* bytes; READ and WRITE: sum of iov */
	struct rumpuser_iov *iov;	/* the host may modify the array */
	unsigned int niov;
	unsigned int host_state;	/* for the host */
	unsigned long long host_data;
};

/*
 * Start a request. Completion: the request is pushed to the list given to
 * rump_kernel.blk_done and RUMP_IRQ_BLK is raised. Never fails (an error is a
 * completion) and never blocks.
 */
RUMPUSER_EXPORT void rumpuser_blk_submit(struct rumpuser_blk_req *req);

/* --- threads --------------------------------------------------------------- */

struct rump_lwp;

/* The call of @lwp has ended (rump_lwp.ret). Wakes its thread if it waits. */
RUMPUSER_EXPORT void rumpuser_lwp_done(struct rump_lwp *lwp);

#endif
