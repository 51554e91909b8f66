/* SPDX-License-Identifier: GPL-2.0-only */
/* What a daemon tells its helper while it mounts: lines in a pipe. Parsing only. */
#ifndef RUMPFS_STATUS_H
#define RUMPFS_STATUS_H

#include <stdbool.h>
#include "util.h"

struct status_line {
	int level;		/* of the kernel's log */
	char *text;
};

struct status {
	struct strbuf partial;
	struct status_line *log;	/* the last lines of the log */
	unsigned int nlog;
	unsigned int nboot;		/* of them, from before the driver mounts */
	char **warnings;
	unsigned int nwarnings;
	bool ok;
	int error;			/* exit code of an E line, 0: none came */
	int err;			/* errno of the driver, 0: none came */
	char *reason;
};

/* Take what was read from the pipe, in pieces of any size. */
void status_feed(struct status *st, const char *data, size_t len);

/* @text without "SOURCE: " before it, which messages have of their own. */
const char *status_text(const char *text, const char *source);

/*
 * Tell the user why it failed. @source for the message; @diskname: under which
 * the driver knows it, NULL if it has no disk.
 */
void status_explain(const struct status *st, const char *source, const char *diskname);

void status_free(struct status *st);

#endif
