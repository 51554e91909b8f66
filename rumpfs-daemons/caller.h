/* SPDX-License-Identifier: GPL-2.0-only */
/* Who a request comes from, as far as the host's FUSE does not say it. */
#ifndef _RUMPFSD_CALLER_H
#define _RUMPFSD_CALLER_H

#include <stdbool.h>
#include <stdint.h>
#include "channel.h"

#define CALLERS		16		/* remembered */
#define CALLER_GROUPS	CHAN_GROUPS_MAX

struct fuse_in_header;
struct session;

struct callers {
	struct caller {
		uint32_t pid, uid, gid;	/* pid 0: free */
		unsigned int ngroups;
		uint32_t groups[CALLER_GROUPS];
		int64_t until;		/* now_ms() */
	} known[CALLERS];
	unsigned int next;		/* to be forgotten */
};

/*
 * The supplementary groups of whoever sent @in, to @groups[CALLER_GROUPS], in ascending order. How many, or
 * -errno: -ENOENT, it is no process that the keeper can see, or is no more. May ask the keeper, and waits for it. On the
 * dispatcher's thread, as the other.
 */
int caller_groups(struct session *s, const struct fuse_in_header *in, uint32_t *groups);

/* Are they others than the last call of caller_groups() said? Asks the keeper. */
bool caller_changed(struct session *s, const struct fuse_in_header *in);

#endif
