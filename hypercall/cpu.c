// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who carries the virtual CPU: the hand-over protocol, described in
 * handover.md and checked as handover.pml. Function names are the same there.
 *
 * The CPU is free or held (busy). To hold it means to be the only thread that
 * calls resume(). Work arrives as interrupts, by irq_post(), or is left in
 * the kernel as runnable tasks. Two rules make that none is forgotten:
 *
 *   - who posts an interrupt looks afterwards whether the CPU is free, and if
 *     so takes it in order to hand it over;
 *   - who frees the CPU looks afterwards whether an interrupt is pending, and
 *     if so takes it again.
 *
 * Both look after a full barrier, so at least one of two sees the other.
 */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "internal.h"
#include "blkio.h"

struct host host = {
	.cpu.lock = PTHREAD_MUTEX_INITIALIZER,
	.bg = { .kickfd = -1, .wallfd = -1 },
	.net = { .epfd = -1, .lock = PTHREAD_MUTEX_INITIALIZER },
	.memfd = -1,
};

static void futex_wait(unsigned int *word, unsigned int val)
{
	syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, val, NULL, NULL, 0);
}

static void futex_wake(unsigned int *word)
{
	syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

int cpu_resume(struct thread *t)
{
	int why;

	host.cpu.carrier = t;
	t->in_kernel = 1;
	why = host.k->resume();
	t->in_kernel = 0;
	host.cpu.more = why & RUMP_PARK_MORE;
	if (__atomic_load_n(&host.blk.work, __ATOMIC_RELAXED))
		host.blk.ops->round();
	return why & ~RUMP_PARK_MORE;
}

/* The CPU is held and there is work. A waiting thread gets it, else it is left free. */
static void cpu_hand_over(void)
{
	struct thread *w;

	pthread_mutex_lock(&host.cpu.lock);
	w = host.cpu.waiters;
	if (w) {
		host.cpu.waiters = w->next;
		if (w->next)
			w->next->pprev = &host.cpu.waiters;
		w->pprev = NULL;
		__atomic_fetch_or(&w->word, WORD_APPOINTED, __ATOMIC_SEQ_CST);
	}
	pthread_mutex_unlock(&host.cpu.lock);
	if (w) {
		futex_wake(&w->word);
		return;
	}
	/*
	 * Left free, not given: the background carrier may be busy elsewhere,
	 * and whoever comes first may as well do the work.
	 */
	__atomic_store_n(&host.cpu.busy, 0, __ATOMIC_SEQ_CST);
	bg_kick();
}

void cpu_release(void)
{
	do {
		if (cpu_more_work()) {
			cpu_hand_over();
			return;
		}
		__atomic_exchange_n(&host.cpu.busy, 0, __ATOMIC_SEQ_CST);
		/* Interrupts posted until here were left to us. */
	} while (irq_pending() && cpu_acquire());
}

void cpu_wake(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&host.cpu.busy, __ATOMIC_SEQ_CST) && cpu_acquire())
		cpu_hand_over();
}

bool cpu_wait_turn(struct thread *t, bool held)
{
	unsigned int word;
	bool appointed;

	pthread_mutex_lock(&host.cpu.lock);
	t->next = host.cpu.waiters;
	if (t->next)
		t->next->pprev = &t->next;
	t->pprev = &host.cpu.waiters;
	host.cpu.waiters = t;
	pthread_mutex_unlock(&host.cpu.lock);
	if (held)
		cpu_release();		/* may appoint us again */

	while (!(word = __atomic_load_n(&t->word, __ATOMIC_SEQ_CST)))
		futex_wait(&t->word, word);

	/* Off the list means appointed: both change under the lock. */
	pthread_mutex_lock(&host.cpu.lock);
	appointed = !t->pprev;
	if (!appointed) {
		*t->pprev = t->next;
		if (t->next)
			t->next->pprev = t->pprev;
		t->pprev = NULL;
	}
	__atomic_fetch_and(&t->word, ~WORD_APPOINTED, __ATOMIC_SEQ_CST);
	pthread_mutex_unlock(&host.cpu.lock);
	return appointed;
}

void rumpuser_lwp_done(struct rump_lwp *lwp)
{
	struct thread *t = (struct thread *)lwp;

	__atomic_store_n(&lwp->state, RUMP_LWP_DONE, __ATOMIC_RELEASE);
	if (t == host.cpu.carrier)
		return;			/* looks when resume() returns */
	/* From here on @t may be gone; its address does for a wake. */
	if (t == host.bg.thread) {
		__atomic_fetch_or(&t->word, WORD_DONE, __ATOMIC_SEQ_CST);
		bg_kick();
	} else {
		__atomic_fetch_or(&t->word, WORD_DONE, __ATOMIC_SEQ_CST);
		futex_wake(&t->word);
	}
}
