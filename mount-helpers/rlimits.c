/* SPDX-License-Identifier: GPL-2.0-only */
/* Resource limits of the caller, which are not to be those of the daemon. */
#include <stddef.h>
#include <sys/resource.h>
#include "rlimits.h"

void limits_forget(void)
{
	static const struct {
		int what;
		struct rlimit limit;
	} needed[] = {
		{ RLIMIT_AS, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_CPU, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_DATA, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_FSIZE, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_MEMLOCK, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_NPROC, { RLIM_INFINITY, RLIM_INFINITY } },
		{ RLIMIT_NOFILE, { 1024, 4096 } },
		{ RLIMIT_STACK, { 8 << 20, RLIM_INFINITY } },
	};
	struct rlimit limit;

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (!setrlimit(needed[i].what, &needed[i].limit) || getrlimit(needed[i].what, &limit))
			continue;
		limit.rlim_cur = limit.rlim_max;
		setrlimit(needed[i].what, &limit);
	}
}
