/* SPDX-License-Identifier: GPL-2.0-only */
/* The daemon's own ioctls: rumpfs/control.h. Root only. And what it lets be seen of itself: rumpfs/seen.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <rumpfs/control.h>
#include "session.h"

bool control_is(uint32_t cmd)
{
	return cmd == RUMPFS_IOC_REMOUNT || cmd == RUMPFS_IOC_SYNC || cmd == RUMPFS_IOC_STATUS;
}

static int remount(struct session *s, const struct rumpfs_remount *arg)
{
	unsigned int flags = arg->flags & ~RUMPVFS_MNT_RDONLY;
	int err;

	if (!memchr(arg->options, 0, sizeof(arg->options)))
		return -EINVAL;
	if (arg->rdonly) {
		flags |= RUMPVFS_MNT_RDONLY;
		err = session_sync(s);
		if (err)
			return err;
	} else if (s->cfg->readonly) {
		return -EROFS;		/* the device is open for reading only */
	}
	err = s->vfs->remount(s->mnt, flags, arg->options);
	if (!err)
		err = s->vfs->info(s->mnt, &s->info);
	s->rdonly = s->info.rdonly;
	control_show(s);
	return err;
}

/* The keeper's part of it is the keeper's. */
void control_show(struct session *s)
{
	struct rumpfs_status *st = &s->cfg->seen->status;

	st->size = sizeof(*st);
	st->abi = 2;
	st->worker = getpid();
	snprintf(st->component, sizeof(st->component), "%s", s->rk->component);
	snprintf(st->fstype, sizeof(st->fstype), "%s", s->cfg->fstype);
	snprintf(st->release, sizeof(st->release), "%s", s->rk->release);
	snprintf(st->options, sizeof(st->options), "%.*s", (int)sizeof(st->options) - 1, s->info.options);
	control_show_requests(s);
}

void control_show_requests(struct session *s)
{
	struct rumpfs_status *st = &s->cfg->seen->status;

	st->rdonly = s->rdonly;
	st->inflight = s->nr_inflight;
	st->lock_waits = s->nr_lock_waits;
	st->requests = s->nr_requests;
}

static void status(struct session *s, struct rumpfs_status *st)
{
	unsigned long avail = 0, cache = 0;
	struct stat mem;

	control_show_requests(s);
	*st = s->cfg->seen->status;
	s->rk->mem_stat(&avail, &cache);
	st->mem_size = fstat(rump_mem_fd(), &mem) ? 0 : mem.st_size;
	st->mem_free = avail;
	st->mem_cache = cache;
}

int control_ioctl(struct request *r, uint32_t cmd, void *buf)
{
	if (r->in->uid != 0)
		return -EPERM;
	switch (cmd) {
	case RUMPFS_IOC_REMOUNT:
		return remount(r->s, buf);
	case RUMPFS_IOC_SYNC:
		return session_sync(r->s);
	default:
		status(r->s, buf);
		return 0;
	}
}
