/* SPDX-License-Identifier: GPL-2.0-only */
/* Time that passes. */
#ifndef _RUMPFSD_CLOCK_H
#define _RUMPFSD_CLOCK_H

#include <stdint.h>
#include <time.h>

/* CLOCK_MONOTONIC in milliseconds. */
static inline int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000;
}

#endif
