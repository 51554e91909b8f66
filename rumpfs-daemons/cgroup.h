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

/* Does systemd run this machine? Then scope_enter(), else cgroup_enter(). */
bool scope_wanted(void);

/*
 * Have systemd put @pids into a scope of their own. Waits for its answer, at most two
 * seconds. 0 or -errno.
 */
int scope_enter(const struct rumpfsd_config *cfg, const pid_t *pids, unsigned int n);

/* Move the calling process, before it has children, to HIERARCHY/rumpfs/PID. */
void cgroup_enter(struct cgroup *cg);
/* Out of it again, when the children have ended, and remove it. */
void cgroup_leave(struct cgroup *cg);

#endif
