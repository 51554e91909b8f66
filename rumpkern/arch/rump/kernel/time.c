// SPDX-License-Identifier: GPL-2.0-only
/*
 * Time: one clock source, the host's monotonic clock, and one clock event, the
 * host's timer. The wall clock is read at boot and again when the host says
 * that it was set.
 */
#include <linux/clockchips.h>
#include <linux/clocksource.h>
#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/sched_clock.h>
#include <linux/sched/clock.h>
#include <linux/timekeeping.h>
#include <linux/timex.h>
#include <asm/rump.h>

static u64 clock_read(struct clocksource *cs)
{
	return rumpuser_clock_ns();
}

static struct clocksource rump_clocksource = {
	.name = "rump",
	.rating = 400,
	.read = clock_read,
	.mask = CLOCKSOURCE_MASK(64),
	.flags = CLOCK_SOURCE_IS_CONTINUOUS | CLOCK_SOURCE_VALID_FOR_HRES,
};

static int next_event(unsigned long ns, struct clock_event_device *dev)
{
	rumpuser_timer_arm(rumpuser_clock_ns() + ns);
	return 0;
}

static int shut_down(struct clock_event_device *dev)
{
	rumpuser_timer_arm(0);
	return 0;
}

static struct clock_event_device rump_clockevent = {
	.name = "rump",
	.features = CLOCK_EVT_FEAT_ONESHOT,
	.rating = 400,
	.set_next_event = next_event,
	.set_state_shutdown = shut_down,
	.set_state_oneshot = shut_down,
};

void rump_timer_irq(void)
{
	if (rump_clockevent.event_handler)
		rump_clockevent.event_handler(&rump_clockevent);
}

static u64 boot_ns;

unsigned long long notrace sched_clock(void)
{
	return rumpuser_clock_ns() - boot_ns;
}

void read_persistent_clock64(struct timespec64 *ts)
{
	*ts = ns_to_timespec64(rumpuser_walltime_ns());
}

void rump_wallclock_set(int tz_minuteswest)
{
	struct timezone tz = { .tz_minuteswest = tz_minuteswest };
	struct timespec64 ts = ns_to_timespec64(rumpuser_walltime_ns());

	sys_tz = tz;
	do_settimeofday64(&ts);
}

void __init time_init(void)
{
	boot_ns = rumpuser_clock_ns();
	clocksource_register_hz(&rump_clocksource, NSEC_PER_SEC);
	rump_clockevent.cpumask = cpumask_of(0);
	clockevents_config_and_register(&rump_clockevent, NSEC_PER_SEC, 1, LONG_MAX);
}

/* Delays ask the clock; nothing needs loops_per_jiffy but code that divides by it. */
void calibrate_delay(void)
{
	loops_per_jiffy = 1000000;
}

void __ndelay(unsigned long ns)
{
	u64 end = rumpuser_clock_ns() + ns;

	while (rumpuser_clock_ns() < end)
		cpu_relax();
}

void __udelay(unsigned long us)
{
	__ndelay(us * 1000);
}

void __const_udelay(unsigned long xloops)
{
	/* 2^32 / 10^6 loops a microsecond: see asm-generic/delay.h */
	__ndelay(((u64)xloops * 1000 * 1000 * 1000) >> 32);
}

void __delay(unsigned long loops)
{
	__ndelay(loops);
}
