/* SPDX-License-Identifier: GPL-2.0-only */
/* The FUSE mount as the host sees it. Used by the keeper, which has the privileges. */
#ifndef _RUMPFSD_MOUNTPOINT_H
#define _RUMPFSD_MOUNTPOINT_H

#include <stdbool.h>
#include <sys/types.h>
#include "config.h"

/* Mount FUSE with @fuse_fd on the target. @dev: its device number. 0 or -errno. */
int mountpoint_attach(const struct rumpfsd_config *cfg, int fuse_fd, bool rdonly, dev_t *dev);

/* Is the uppermost mount on the target the one with device number @dev? */
bool mountpoint_is_ours(const struct rumpfsd_config *cfg, dev_t dev);

/* Detach it if it is ours. 0, -ENOENT if it is not, or -errno. */
int mountpoint_detach(const struct rumpfsd_config *cfg, dev_t dev);

/*
 * Write back what the host caches of it. The worker must be serving. Returns a
 * descriptor that keeps the mount busy, to be closed after detaching, or -errno.
 */
int mountpoint_sync(const struct rumpfsd_config *cfg, dev_t dev);

/* For mountpoint_is_ours() and tests: the last mount on @target in a file like /proc/self/mountinfo. */
bool mountinfo_top(const char *path, const char *target, dev_t *dev);

#endif
