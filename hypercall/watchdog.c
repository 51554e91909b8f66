// SPDX-License-Identifier: GPL-2.0-only
/*
 * A clock for threads that carry: a timer on the CPU time of the thread, so
 * that it costs nothing while the thread sleeps. It has two purposes.
 *
 * Watchdog: a thread that burnt host.cfg.watchdog seconds in one stay in the
 * kernel, with no call or job ending and no idling, is stuck.
 *
 * Tick: the background carrier notices the kernel's timer when it goes to
 * sleep. While it carries nobody would, and a kernel that computes or polls
 * for long has to see time go by.
 */
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "internal.h"

#define TICK_NS		10000000L

static void on_clock(int sig, siginfo_t *si, void *ctx)
{
	struct thread *t = thread_self;
	unsigned long progress;
	struct rump_fault f;
	uint64_t now;
	int err = errno;

	if (!t || !t->in_kernel || si->si_code != SI_TIMER)
		goto out;
	if (t == host.bg.thread)
		timer_check();
	if (!host.cfg.watchdog)
		goto out;
	progress = *host.k->progress;
	now = clock_now(CLOCK_THREAD_CPUTIME_ID);
	if (!t->seen_at || progress != t->seen_progress) {
		t->seen_progress = progress;
		t->seen_at = now;
	} else if (now - t->seen_at > host.cfg.watchdog * NSEC && !t->in_fault++) {
		fault_describe(&f, sig, si, ctx);
		f.addr = 0;
		host.k->stuck(&f);
	}
out:
	errno = err;
}

void watchdog_init(void)
{
	struct sigaction sa = {
		.sa_sigaction = on_clock,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};

	sigaction(WATCHDOG_SIGNAL, &sa, NULL);
}

void watchdog_attach(struct thread *t, bool tick)
{
	struct sigevent ev;
	struct itimerspec every = { 0 };
	sigset_t set;

	if (t->has_clock) {
		timer_delete(t->clock);
		t->has_clock = false;
	}
	if (!tick && !host.cfg.watchdog)
		return;
	memset(&ev, 0, sizeof(ev));
	ev.sigev_notify = SIGEV_THREAD_ID;
	ev.sigev_signo = WATCHDOG_SIGNAL;
#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif
	ev.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
	if (timer_create(CLOCK_THREAD_CPUTIME_ID, &ev, &t->clock)) {
		host_log(4, "rump: no watchdog for a thread: error %d", errno);
		return;
	}
	t->has_clock = true;
	if (tick)
		every.it_interval.tv_nsec = TICK_NS;
	else
		every.it_interval.tv_nsec = NSEC / 4;
	every.it_value = every.it_interval;
	timer_settime(t->clock, 0, &every, NULL);
	sigemptyset(&set);
	sigaddset(&set, WATCHDOG_SIGNAL);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

void watchdog_detach(struct thread *t)
{
	if (t->has_clock)
		timer_delete(t->clock);
	t->has_clock = false;
}
