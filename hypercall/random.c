// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random numbers of the host, with which the kernel seeds its own generator.
 */
#include <sys/random.h>
#include "internal.h"

void rumpuser_random(void *p, unsigned long n)
{
	ssize_t r;

	/* Up to 256 bytes come whole. Once at most, early in the host's boot, it has to wait. */
	do
		r = getrandom(p, n, 0);
	while (r < 0 && errno == EINTR);
	if (r == (ssize_t)n)
		return;
	host_log(0, "rump: the host has no random numbers: error %d", errno);
	rumpuser_exit(1);
}
