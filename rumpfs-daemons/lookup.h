/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the server is now. Of one that was found by its name a driver asks before it connects again, for by then the name may
 * have another address. The host's resolver may take long, and neither the worker, whose one thread is all of the mount, nor
 * the keeper can wait for it: a process of its own asks, and puts the answer into a line of which the worker has the
 * other end.
 */
#ifndef _RUMPFSD_LOOKUP_H
#define _RUMPFSD_LOOKUP_H

#include <stdint.h>
#include <sys/types.h>
#include <rump/rumpuser_name.h>

/* One message. */
struct lookup_answer {
	uint32_t n;			/* of these, 0 if the name has no address now; no more are sent */
	unsigned char address[RUMPUSER_SERVER_MAX][RUMPUSER_SOCKADDR];
};

/*
 * The keeper. Begin to look @host up, for an answer into @fd, of a pair made by chan_pair(). *@process does that, 0 for none: does
 * nothing while there is one. It ends with the keeper.
 */
void lookup_begin(const char *host, int fd, pid_t *process);
/* When a child has ended: if it is that one, there is none. */
void lookup_reap(pid_t *process);

/* The worker's end, which does not block. As rumpuser_server_addresses() has it. */
int lookup_take(int fd, void *list, unsigned int max);

#endif
