// SPDX-License-Identifier: GPL-2.0-only
/*
 * The background carrier: carries the CPU when no thread with a call of its
 * own does, and is the only one to wait for time, I/O and steps of the wall
 * clock. It is either the program's dispatcher thread (rump_dispatch_run(),
 * rump_dispatch_wait()) or a thread of our own that calls the same functions.
 *
 * Falling asleep. bg.sleeps_till says that, and until when, the background
 * carrier sleeps or is about to; it is set before the last look for work.
 * Whoever makes work first stores the work and then looks at sleeps_till:
 * eventfd and system call are saved while the background carrier is awake.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "internal.h"
#include "blkio.h"

/* Parks after which rump_dispatch_run() lets its caller look at the fds. */
#define RUN_MAX		64

enum { OWN_KICK, OWN_WALL, OWN_IO, OWN_NET, OWN_NR };

/* The wall clock was set: armed for never, but cancelled when it steps. */
static void wall_arm(void)
{
	struct itimerspec never = { .it_value = { .tv_sec = (time_t)1 << 33 } };

	timerfd_settime(host.bg.wallfd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never, NULL);
}

static void wall_fn(struct rump_job *job)
{
	__atomic_store_n(&host.bg.wall_pending, 0, __ATOMIC_RELEASE);
	host.k->wallclock_set(host.bg.tz_minuteswest);
}

static void wall_stepped(void)
{
	uint64_t n;

	(void)!read(host.bg.wallfd, &n, sizeof(n));	/* ECANCELED */
	wall_arm();
	if (__atomic_exchange_n(&host.bg.wall_pending, 1, __ATOMIC_ACQUIRE))
		return;
	host.bg.tz_minuteswest = host_minuteswest();
	host.bg.wall_job.fn = wall_fn;
	host.k->job_submit(&host.bg.wall_job);
}

int bg_init(void)
{
	struct thread *t = thread_get();

	if (!t)
		return -ENOMEM;
	host.bg.kickfd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (host.bg.kickfd < 0)
		return -errno;
	host.bg.wallfd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (host.bg.wallfd < 0)
		return -errno;
	wall_arm();
	host.bg.thread = t;		/* for the time of the boot at least */
	return 0;
}

void bg_destroy(void)
{
	if (host.bg.kickfd >= 0)
		close(host.bg.kickfd);
	if (host.bg.wallfd >= 0)
		close(host.bg.wallfd);
	host.bg.kickfd = host.bg.wallfd = -1;
	host.bg.thread = NULL;
	free(host.bg.fds);
	host.bg.fds = NULL;
	host.bg.nfds = 0;
}

static void bg_write(void)
{
	int err = errno;

	/* EAGAIN: it is readable anyway. */
	(void)!write(host.bg.kickfd, &(uint64_t){ 1 }, sizeof(uint64_t));
	errno = err;
}

void bg_kick(void)
{
	if (!__atomic_exchange_n(&host.bg.kicked, 1, __ATOMIC_SEQ_CST) &&
	    __atomic_load_n(&host.bg.sleeps_till, __ATOMIC_SEQ_CST))
		bg_write();
}

void rump_dispatch_kick(void)
{
	bg_kick();
}

/* The kernel's timer; here because of the same look at sleeps_till. */
void rumpuser_timer_arm(unsigned long long deadline)
{
	__atomic_store_n(&host.timer.deadline, deadline, __ATOMIC_SEQ_CST);
	if (deadline && deadline < __atomic_load_n(&host.bg.sleeps_till, __ATOMIC_SEQ_CST))
		bg_kick();
}

void rump_dispatch_run(void)
{
	struct thread *t = thread_self;
	int n = 0;

	if (!t || t != host.bg.thread || t->in_kernel || !cpu_acquire())
		return;
	do {
		do {
			cpu_resume(t);
			if (++n == RUN_MAX) {
				cpu_release();	/* kicks us if need be */
				return;
			}
		} while (cpu_more_work());
		__atomic_exchange_n(&host.cpu.busy, 0, __ATOMIC_SEQ_CST);
	} while (irq_pending() && cpu_acquire());
}

/* Room for the caller's @nfds and our own. */
static struct pollfd *room(unsigned int nfds)
{
	if (nfds + OWN_NR > host.bg.nfds) {
		struct pollfd *p = realloc(host.bg.fds, (nfds + OWN_NR) * sizeof(*p));

		if (!p)
			return NULL;
		host.bg.fds = p;
		host.bg.nfds = nfds + OWN_NR;
	}
	return host.bg.fds;
}

/* How long to sleep: false for not at all, else *ts, or *p = NULL for ever. */
static bool may_sleep(uint64_t till, struct timespec *ts, struct timespec **p)
{
	uint64_t deadline, now;

	if (__atomic_load_n(&host.bg.kicked, __ATOMIC_SEQ_CST) || host.blk.ops->ready())
		return false;
	/* While another thread holds the CPU its interrupts are that thread's: see cpu_release(). */
	if (irq_pending() && !__atomic_load_n(&host.cpu.busy, __ATOMIC_SEQ_CST))
		return false;
	/* Armed earlier since sleeps_till was set? */
	deadline = __atomic_load_n(&host.timer.deadline, __ATOMIC_SEQ_CST);
	if (deadline && deadline < till)
		till = deadline;
	*p = NULL;
	if (till == UINT64_MAX)
		return true;
	now = clock_now(CLOCK_MONOTONIC);
	if (till <= now)
		return false;
	ts->tv_sec = (till - now) / NSEC;
	ts->tv_nsec = (till - now) % NSEC;
	*p = ts;
	return true;
}

int rump_dispatch_wait(struct pollfd *fds, unsigned int nfds, int timeout_ms)
{
	struct timespec ts, zero = { 0 }, *tsp;
	struct pollfd *p, *own;
	unsigned int i;
	uint64_t till, deadline, n;
	int r, ready = 0;

	if (!thread_self || thread_self != host.bg.thread || thread_self->in_kernel)
		return -EPERM;
	p = room(nfds);
	if (!p)
		return -ENOMEM;
	if (nfds)
		memcpy(p, fds, nfds * sizeof(*fds));
	own = p + nfds;
	own[OWN_KICK] = (struct pollfd){ .fd = host.bg.kickfd, .events = POLLIN };
	own[OWN_WALL] = (struct pollfd){ .fd = host.bg.wallfd, .events = POLLIN };
	/* Those that are -1 the host passes over. */
	own[OWN_IO] = (struct pollfd){ .fd = host.blk.ops->pollfd(), .events = POLLIN };
	own[OWN_NET] = (struct pollfd){ .fd = host.net.epfd, .events = POLLIN };

	till = UINT64_MAX;
	if (timeout_ms >= 0)
		till = clock_now(CLOCK_MONOTONIC) + timeout_ms * 1000000ULL;
	deadline = __atomic_load_n(&host.timer.deadline, __ATOMIC_SEQ_CST);
	if (deadline && deadline < till)
		till = deadline;
	__atomic_store_n(&host.bg.sleeps_till, till, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!may_sleep(till, &ts, &tsp))
		tsp = &zero;
	r = ppoll(p, nfds + OWN_NR, tsp, NULL);
	__atomic_store_n(&host.bg.sleeps_till, 0, __ATOMIC_SEQ_CST);

	if (r < 0)			/* EINTR: nothing is ready */
		for (i = 0; i < nfds + OWN_NR; i++)
			p[i].revents = 0;
	if (own[OWN_KICK].revents)
		(void)!read(host.bg.kickfd, &n, sizeof(n));
	/* Before the caller looks for work, so that later kicks count again. */
	__atomic_store_n(&host.bg.kicked, 0, __ATOMIC_SEQ_CST);
	if (own[OWN_WALL].revents)
		wall_stepped();
	if (host.blk.ops->ready())
		host.blk.ops->reap();
	if (own[OWN_NET].revents)
		sock_reap();
	timer_check();
	for (i = 0; i < nfds; i++) {
		fds[i].revents = p[i].revents;
		ready += p[i].revents != 0;
	}
	return ready;
}

/*
 * Without a word to sleeps_till, for the caller is awake: whoever makes work
 * leaves it where it is found here or by the next wait.
 */
bool rump_dispatch_poll(void)
{
	if (!thread_self || thread_self != host.bg.thread || thread_self->in_kernel)
		return false;
	if (host.blk.ops->ready())
		host.blk.ops->reap();
	return irq_pending();
}

void bg_sleep(void)
{
	rump_dispatch_wait(NULL, 0, -1);
}

/* --- when the program does not dispatch ----------------------------------- */

static void *bg_main(void *arg)
{
	struct thread *t = arg;

	thread_self = t;
	if (altstack_get(t))
		host_log(3, "rump: no memory for a signal stack");
	watchdog_attach(t, true);
	for (;;) {
		rump_dispatch_run();
		rump_dispatch_wait(NULL, 0, -1);
	}
	return NULL;
}

/* Takes the role over from the thread that booted. */
int bg_start_thread(void)
{
	struct thread *t = aligned_alloc(64, (sizeof(*t) + 63) & ~63UL);
	struct thread *old = host.bg.thread;
	int err;

	if (!t)
		return -ENOMEM;
	memset(t, 0, sizeof(*t));
	host.bg.thread = t;
	err = thread_start(bg_main, t, "rump/cpu0");
	if (err) {
		host.bg.thread = old;
		free(t);
	}
	return err;
}
