/* SPDX-License-Identifier: GPL-2.0-only */
/* The processes of a mount, found in /proc without asking anybody. */
#ifndef RUMPFS_DAEMONS_H
#define RUMPFS_DAEMONS_H

#include <rumpfs/seen.h>
#include "mountinfo.h"

/* Keeper and worker of @e by their titles, 0 where there is none. */
void daemons_find(const struct mount_entry *e, int pids[2]);

/*
 * What the daemon of @e lets be seen, as of now. 0, or an errno: ESRCH if there is no keeper, EACCES for others
 * than root. The numbers in it are the worker's word.
 */
int daemons_seen(const struct mount_entry *e, struct rumpfs_seen *seen);

#endif
