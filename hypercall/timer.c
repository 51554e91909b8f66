// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clocks of the host, and the kernel's timer: a deadline, noticed by the
 * background carrier when it goes to sleep or wakes up, and, while it carries,
 * by the tick of watchdog.c. rumpuser_timer_arm() is in dispatch.c.
 */
#include "internal.h"

unsigned long long rumpuser_clock_ns(void)
{
	return clock_now(CLOCK_MONOTONIC);
}

unsigned long long rumpuser_walltime_ns(void)
{
	return clock_now(CLOCK_REALTIME);
}

unsigned long long rumpuser_walltime_coarse_ns(void)
{
	return clock_now(CLOCK_REALTIME_COARSE);
}

void timer_check(void)
{
	uint64_t deadline = __atomic_load_n(&host.timer.deadline, __ATOMIC_SEQ_CST);

	if (!deadline || clock_now(CLOCK_MONOTONIC) < deadline)
		return;
	/* Armed anew meanwhile: that deadline is still to come. */
	if (__atomic_compare_exchange_n(&host.timer.deadline, &deadline, 0, false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		host.k->irq_post(RUMP_IRQ_TIMER);
}

/* West of Greenwich, as the host's time zone is now. Not in a signal handler. */
int host_minuteswest(void)
{
	time_t now = time(NULL);
	struct tm tm;

	if (!localtime_r(&now, &tm))
		return 0;
	return (int)(-tm.tm_gmtoff / 60);
}
