/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_ARCHRANDOM_H
#define _ASM_RUMP_ARCHRANDOM_H
/* The host's random numbers are our "hardware": seeded at boot and at each reseed. */
#include <rump/rumpuser.h>

static inline size_t __must_check arch_get_random_longs(unsigned long *v, size_t max_longs)
{
	return 0;
}

static inline size_t __must_check arch_get_random_seed_longs(unsigned long *v, size_t max_longs)
{
	if (max_longs > 32)
		max_longs = 32;
	rumpuser_random(v, max_longs * sizeof(*v));
	return max_longs;
}

#endif
