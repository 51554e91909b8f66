/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker's log: its own messages and the kernel's. */
#ifndef _RUMPFSD_LOG_H
#define _RUMPFSD_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOG_RING_LINES	128
#define LOG_RING_TEXT	252

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
	uint64_t began;			/* us of the first line */
	unsigned int from;		/* head when it was */
	unsigned int head;		/* lines ever put into the ring */
	unsigned int told;		/* of these the helper has got */
	struct {
		uint64_t us;		/* CLOCK_MONOTONIC */
		unsigned char len, level;
		bool sent;
		char text[LOG_RING_TEXT + 1];
	} ring[LOG_RING_LINES];
};

/* Callbacks for librump; @ctx is a struct rlog. Async-signal-safe, take no locks. */
void log_kernel_line(void *ctx, int level, const char *text, size_t len);
void log_panicked(void *ctx);

void log_msg(struct rlog *log, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Lines from number *@next on which the ring still has, as "LEVEL SECONDS.MICROSECONDS
 * TEXT" and a newline each, as many as @size takes. Returns their length and moves *@next behind them.
 */
size_t log_copy(const struct rlog *log, uint64_t *next, char *buf, size_t size);

/* A line of the status pipe: "W text", "E32 text", "OK". 0 or -errno (EPIPE: nobody listens). */
int log_status(struct rlog *log, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
