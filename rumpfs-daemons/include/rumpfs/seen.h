/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a daemon lets be seen without being asked: a memory file, descriptor RUMPFSD_FD_SEEN of its keeper and
 * of the keeper's spare. A mount whose driver waits for a server, or is stuck, lets nobody open its directory,
 * and that is when its log is of interest. Root reads it by /proc/PID/fd.
 *
 * The worker writes it, which a hostile server or disk may have taken over: readers believe no number in it.
 */
#ifndef _RUMPFS_SEEN_H
#define _RUMPFS_SEEN_H

#include <linux/types.h>
#include <rumpfs/control.h>

#define RUMPFSD_FD_SEEN		7
#define RUMPFS_SEEN_MAGIC	0x72736e31u	/* of this form of it */

#define RUMPFS_LOG_LINES	128
#define RUMPFS_LOG_TEXT		252

/* The last lines of every level: number N, of @head so far, is in line[N % RUMPFS_LOG_LINES]. */
struct rumpfs_log {
	__u64 began;			/* us of the first line */
	__u32 head;			/* lines ever; counted when the line is complete */
	__u32 reserved;
	struct rumpfs_log_line {
		__u64 us;		/* CLOCK_MONOTONIC */
		__u8 len, level;
		__u8 sent;		/* the worker's own: to syslog */
		char text[RUMPFS_LOG_TEXT + 1];
	} line[RUMPFS_LOG_LINES];
};

struct rumpfs_seen {
	__u32 magic;
	__u32 reserved;
	__u64 dev;			/* st_dev of the mount, 0: not mounted yet, or no more; the keeper writes it */
	/* As RUMPFS_IOC_STATUS, without the memory; requests as of when the worker last went to sleep. */
	struct rumpfs_status status;
	struct rumpfs_log log;
};

#endif
