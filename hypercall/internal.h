/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * librump inside: the one host of the one rump kernel, and what its parts
 * offer each other.
 *
 * Who owns what
 *   host.cpu      the right to carry the virtual CPU, and the threads that
 *                 wait for it: cpu.c. The protocol is in handover.md.
 *   host.bg       the background carrier, either the program's dispatcher or
 *                 a thread of our own: dispatch.c.
 *   host.timer    the kernel's one timer: timer.c.
 *   host.blk      the block back end and the files it works on: blkio.c.
 *   host.net      what waits for news of sockets: socket.c.
 *   struct thread a host thread that has made a call: thread.c.
 *
 * "carrier" below: only to be called by the thread that holds the CPU.
 */
#ifndef HYPERCALL_INTERNAL_H
#define HYPERCALL_INTERNAL_H

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#pragma GCC visibility push(default)
#include <librump.h>
#include <rump/rumpuser_sock.h>
#pragma GCC visibility pop

#define NSEC		1000000000ULL
#define HOST_PAGE	4096UL		/* of the kernel's memory file */

/* --- threads (thread.c) ------------------------------------------------- */

#define WORD_DONE	1u		/* the call has ended */
#define WORD_APPOINTED	2u		/* the CPU is yours */

struct thread {
	struct rump_lwp lwp;		/* first: the kernel knows this */
	unsigned int word;		/* futex: WORD_* */
	volatile sig_atomic_t in_kernel;
	volatile sig_atomic_t in_fault;
	struct thread *next, **pprev;	/* waiters: host.cpu.lock; pprev NULL: not on the list */
	void *altstack;			/* ours, or NULL */
	timer_t clock;			/* watchdog.c */
	bool has_clock;
	unsigned long seen_progress;	/* watchdog.c */
	uint64_t seen_at;
};

/* Set for threads that have made a call, read in signal handlers. */
extern __thread struct thread *thread_self __attribute__((tls_model("initial-exec")));

/* The calling thread's, made if need be; NULL: no memory. */
struct thread *thread_get(void);
/* Start a thread of our own: all signals but faults (and the watchdog's) blocked. */
int thread_start(void *(*fn)(void *), void *arg, const char *name);

/* --- the one host ------------------------------------------------------------ */

struct blk_ops;
struct blk_file;
#define BLK_FILES	1024

struct host {
	const struct rump_kernel *k;

	struct {
		int busy;		/* atomic; 1: some thread holds the CPU */
		bool more;		/* carrier: the kernel has runnable tasks */
		struct thread *carrier;	/* carrier: who resumed last */
		pthread_mutex_t lock;
		struct thread *waiters;	/* lock; LIFO */
	} cpu __attribute__((aligned(64)));

	struct {
		uint64_t sleeps_till;	/* atomic; 0: awake, ~0: no limit */
		int kicked;		/* atomic */
		struct thread *thread;
		int kickfd, wallfd;	/* eventfd, timerfd */
		struct pollfd *fds;	/* room for ppoll() */
		unsigned int nfds;
		struct rump_job wall_job;
		int wall_pending;	/* atomic: wall_job is queued or runs */
		int tz_minuteswest;
	} bg __attribute__((aligned(64)));

	struct {
		uint64_t deadline;	/* atomic; 0: disarmed */
	} timer;

	struct {
		const struct blk_ops *ops;
		int work;		/* atomic hint: round() has something to do */
		struct blk_file *file[BLK_FILES];
		unsigned int nfiles;	/* carrier */
		unsigned long begun, ended;	/* atomic: requests so far */
	} blk;

	struct {
		int epfd;		/* -1: the kernel has no network */
		void (*news)(struct rumpuser_sock *s, unsigned int events);
		pthread_mutex_t lock;	/* between news and close */
	} net;

	void *mem, *pagemap;
	size_t mem_size, mem_max;	/* of mem, there and reserved */
	int memfd;
	struct rump_config cfg;
	bool booted;
};
extern struct host host;

/* --- who carries (cpu.c) ------------------------------------------------- */

static inline bool cpu_acquire(void)
{
	int free = 0;

	return __atomic_compare_exchange_n(&host.cpu.busy, &free, 1, false,
					   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline bool irq_pending(void)
{
	return __atomic_load_n(host.k->irq_pending, __ATOMIC_SEQ_CST) != 0;
}

/* Carrier: would cpu_resume() do more than park again? */
static inline bool cpu_more_work(void)
{
	return host.cpu.more || irq_pending();
}

/* Carrier: run the kernel until it parks (returns why), then start and collect I/O. */
int cpu_resume(struct thread *t);
/* Carrier: hold the CPU no longer; whoever is right goes on if there is work. */
void cpu_release(void);
/*
 * Wait, after release if @held, for the end of @t's call (false) or until
 * appointed (true, holding the CPU).
 */
bool cpu_wait_turn(struct thread *t, bool held);
/* After irq_post() by a thread that may not be the carrier: see that it is served. */
void cpu_wake(void);

/* --- background carrier (dispatch.c) ------------------------------------- */

/* Before the boot, for which the calling thread is the background carrier. 0 or -errno, then bg_destroy() is due too. */
int bg_init(void);
void bg_destroy(void);
/* After it, unless the program dispatches. 0 or -errno. */
int bg_start_thread(void);
/* Make the background carrier look for work. Signal safe. */
void bg_kick(void);
void bg_sleep(void);			/* rump_dispatch_wait() without fds */

/* --- clocks (timer.c) -------------------------------------------------------- */

static inline uint64_t clock_now(clockid_t c)
{
	struct timespec ts;

	clock_gettime(c, &ts);
	return (uint64_t)ts.tv_sec * NSEC + (uint64_t)ts.tv_nsec;
}

/* Post RUMP_IRQ_TIMER if the deadline has passed. Signal safe. */
void timer_check(void);
int host_minuteswest(void);

/* --- memory (memory.c) ------------------------------------------------------- */

/* @max bytes of addresses, of which @size are memory. 0 or a negative errno. */
int memory_init(size_t size, size_t max);
void memory_destroy(void);

/* --- sockets (socket.c) ------------------------------------------------------ */

/* Pass on what host.net.epfd, being readable, has to tell. */
void sock_reap(void);

/* --- messages (log.c) -------------------------------------------------------- */

/* A line, as rumpuser_log(); @level as the kernel has it, 0 to 7. */
void host_log(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* --- faults, watchdog (fault.c, watchdog.c) ------------------------------- */

/* May be called again. What is no fault of the kernel goes to the handlers that the program had. */
void fault_init(void);
/* A stack for handlers in the calling thread @t, unless the program has given it one. 0 or -errno. */
int altstack_get(struct thread *t);
void altstack_put(struct thread *t);
/* In a handler: what it was told, for host.k->fault(). */
void fault_describe(struct rump_fault *f, int sig, const siginfo_t *si, const void *uc);

#define WATCHDOG_SIGNAL	SIGVTALRM
void watchdog_init(void);
/* For the calling thread; @tick: it must also notice the timer while it carries. */
void watchdog_attach(struct thread *t, bool tick);
void watchdog_detach(struct thread *t);

#endif
