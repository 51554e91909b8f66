/* SPDX-License-Identifier: GPL-2.0-only */
/* The process that holds the rump kernel. */
#ifndef _RUMPFSD_WORKER_H
#define _RUMPFSD_WORKER_H

#include "config.h"

/* Exit statuses of the worker after the mount was made. */
#define WORKER_LOST_DATA	3	/* the final flush failed */

/* @chan_fd: to the keeper. @lookup_fd: lookup.h, or -1. Returns the exit status. */
int worker_main(struct rumpfsd_config *cfg, int chan_fd, int lookup_fd, int fuse_fd);

#endif
