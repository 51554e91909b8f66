// SPDX-License-Identifier: GPL-2.0-only
/*
 * The clock by which files are stamped. It is the host's coarse one, by which the host stamps what it keeps in
 * its own cache: by two clocks what was changed later could be the older one to make(1).
 *
 * A client with a cache knows when a file was changed, and tells later. mtime can be set, but ctime
 * is what nobody may set; so the clock of the task that carries such a change out stands at the client's time.
 *
 * ktime_get_coarse_real_ts64(), which current_time() asks, is wrapped for both.
 */
#include <linux/sched.h>
#include <linux/timekeeping.h>
#include "rumpvfs_private.h"

static struct rumpvfs_clock *stopped;	/* the virtual CPU's: never changed where it could be taken away */

void __wrap_ktime_get_coarse_real_ts64(struct timespec64 *ts);

void __wrap_ktime_get_coarse_real_ts64(struct timespec64 *ts)
{
	struct rumpvfs_clock *c;

	for (c = stopped; c; c = c->next) {
		if (c->task == current) {
			*ts = c->time;
			return;
		}
	}
	*ts = ns_to_timespec64(rumpuser_walltime_coarse_ns());
}

void rumpvfs_clock_stop(struct rumpvfs_clock *c, long long sec, unsigned int nsec)
{
	c->task = current;
	c->time = (struct timespec64){ sec, nsec };
	c->next = stopped;
	stopped = c;
}

void rumpvfs_clock_go_on(struct rumpvfs_clock *c)
{
	struct rumpvfs_clock **p = &stopped;

	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
}
