/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker's log: its own messages and the kernel's. */
#ifndef _RUMPFSD_LOG_H
#define _RUMPFSD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <rumpfs/seen.h>

enum log_level {			/* the kernel's and syslog's */
	LOG_L_CRIT = 2,
	LOG_L_ERR = 3,
	LOG_L_WARN = 4,
	LOG_L_NOTICE = 5,
	LOG_L_INFO = 6,
	LOG_L_DEBUG = 7,
};

struct rlog {
	int status_fd;			/* pipe to the helper, -1 after OK */
	int chan_fd;			/* keeper, which passes it on to syslog */
	int level;			/* up to here to syslog; before OK errors only */
	bool foreground;		/* also to stderr */
	bool booted;			/* what comes before is of no interest, but in a panic */
	unsigned int from;		/* ring->head when it was */
	unsigned int told;		/* lines that the helper has got */
	struct rumpfs_log *ring;	/* where it can be seen */
};

/* Callbacks for librump; @ctx is a struct rlog. Async-signal-safe, take no locks. */
void log_kernel_line(void *ctx, int level, const char *text, size_t len);
void log_panicked(void *ctx);

/* A message of the daemon's own, LOG_L_*. */
void log_msg(struct rlog *log, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A line of the status pipe: "W text", "E32 text", "OK". 0 or -errno (EPIPE: nobody listens). */
int log_status(struct rlog *log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
