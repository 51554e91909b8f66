/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A control group of its own for the daemon: whoever mounts may be a service, a
 * session or a container whose processes are ended together, and its end must
 * not be that of the mount. All of this may fail without harm: then the daemon stays where it is.
 */
#ifndef _RUMPFSD_CGROUP_H
#define _RUMPFSD_CGROUP_H

#include <stdbool.h>
#include <sys/types.h>
#include "config.h"

#define CGROUP_HIERARCHIES	2	/* version 2, and a named one of version 1 */

struct cgroup {
	char *root[CGROUP_HIERARCHIES];	/* where the hierarchy is mounted; NULL: not moved */
};

/* Does systemd run this machine? Then scope_begin(), else cgroup_enter(). */
bool scope_wanted(void);

/*
 * Have systemd put @pids, the caller's first, into a scope of their own. It works on
 * that while the driver is started; before the helper, and with it perhaps the service that it
 * belongs to, ends, scope_finish() waits until it is done, two seconds at most.
 * A descriptor for that or -errno; 0 or -errno.
 */
int scope_begin(const struct rumpfsd_config *cfg, const pid_t *pids, unsigned int n);
int scope_finish(int fd);

/* Move the calling process, before it has children, to HIERARCHY/rumpfs/PID. */
void cgroup_enter(struct cgroup *cg);
/* Out of it again, when the children have ended, and remove it. */
void cgroup_leave(struct cgroup *cg);

#endif
