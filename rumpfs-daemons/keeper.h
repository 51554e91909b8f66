/* SPDX-License-Identifier: GPL-2.0-only */
/* The parent of the worker. */
#ifndef _RUMPFSD_KEEPER_H
#define _RUMPFSD_KEEPER_H

#include <sys/types.h>
#include "cgroup.h"
#include "config.h"

struct keeper {
	struct rumpfsd_config *cfg;
	pid_t worker;
	int chan_fd;
	int lookup_fd;			/* lookup.h; -1: the server has no name, or there is none */
	pid_t lookup;			/* who looks up, or 0 */
	int fuse_fd;			/* until the mount is made */
	int status_fd;			/* until the helper has been told; -1 then */
	bool attached;
	dev_t dev;			/* of the FUSE mount */
	struct cgroup cgroup;
	bool want_scope;		/* of systemd */
	int scope_fd;
	int worker_fd;			/* pidfd, -1 before there is a spare */
	pid_t spare;			/* 0 or less: none */
	int spare_fd;			/* pidfd or -1 */
	pid_t writer;			/* the child that writes back at the end; 0 or less: none */
	int writer_fd;			/* from where it says how that went, or -1 */
	bool orphan;			/* was the spare: the worker is no child of ours */
};

/* Serve the worker until it ends. Returns the exit status of the daemon. */
int keeper_run(struct keeper *k);

/* Signals that ask for the end. To be called before the worker exists. */
void keeper_signals(void);

#endif
