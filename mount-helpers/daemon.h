/* SPDX-License-Identifier: GPL-2.0-only */
/* Starting the daemon of a mount, and hearing how it went. */
#ifndef RUMPFS_DAEMON_H
#define RUMPFS_DAEMON_H

#include <sys/types.h>
#include "options.h"
#include "source.h"
#include "status.h"

struct mount_job {
	const struct options *opts;
	const struct fs_driver *driver;
	const struct fs_name *name;
	const struct driveropts *driveropts;
	const char *marks;		/* of struct detected, or NULL */
	struct source *source;
	const char *target;
	const char *diskname;		/* NULL for what is on a server */
	const char *address;		/* of the server, or NULL */
	pid_t pid;			/* of the daemon's keeper, once started */
};

/*
 * Start the daemon and wait until the mount can be used or has failed. Closes
 * the source. Returns an exit code; the story is in @st, for the caller to
 * tell. When it is not EX_SUCCESS no process and no mount is left.
 */
int daemon_mount(struct mount_job *job, struct status *st);

/* After one that failed: let @ms pass. False: a signal came that asks us to end. */
bool daemon_pause(unsigned int ms);

/* Foreground: until the mount ends, or a signal ends it. Exit code. */
int daemon_follow(struct mount_job *job);

#endif
