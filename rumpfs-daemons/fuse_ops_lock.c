/* SPDX-License-Identifier: GPL-2.0-only */
/* Locks, when the driver keeps them (locks=driver); else they never get here. */
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include "fuse_ops.h"

static void lock_decode(const struct fuse_lk_in *in, struct rumpvfs_lock *lk)
{
	*lk = (struct rumpvfs_lock){
		.owner = in->owner,
		.start = in->lk.start,
		.end = in->lk.end,
		.type = in->lk.type,
		.pid = in->lk.pid,
	};
}

OP(getlk)
{
	const struct fuse_lk_in *in = arg;
	struct fuse_lk_out out;
	struct rumpvfs_lock lk;
	int err;

	(void)len;
	lock_decode(in, &lk);
	err = r->s->vfs->getlk(r->s->mnt, in->fh, &lk);
	if (err)
		return err;
	out.lk = (struct fuse_file_lock){
		.start = lk.start,
		.end = lk.end,
		.type = lk.type,
		.pid = lk.pid,
	};
	reply_data(r, &out, sizeof(out));
	return 0;
}

static int set_lock(struct request *r, const struct fuse_lk_in *in, int wait)
{
	struct session *s = r->s;
	struct rumpvfs_lock lk;
	int err;

	/*
	 * Who gets a lock on a server's file sees what was written under the last one, by mmap(2) too. So does
	 * who reads when a lock to write has become one to read.
	 */
	if (s->cfg->network && in->lk.type != F_WRLCK) {
		err = notify_write_back(r);
		if (err == REQUEST_PARKED)
			return err;
	}

	/* The unlock that a waiter waits for needs a fiber too. */
	if (wait && s->nr_lock_waits >= s->max_inflight / 2)
		return -ENOLCK;
	s->nr_lock_waits += wait;
	if (in->lk_flags & FUSE_LK_FLOCK) {
		err = s->vfs->flock(s->mnt, in->fh, in->owner, in->lk.type, wait);
	} else {
		lock_decode(in, &lk);
		err = s->vfs->setlk(s->mnt, in->fh, &lk, wait);
	}
	s->nr_lock_waits -= wait;
	if (!err && s->cfg->network && in->lk.type != F_UNLCK)
		notify_changed_reply(r);
	return err;
}

OP(setlk)
{
	(void)len;
	return set_lock(r, arg, 0);
}

OP(setlkw)
{
	(void)len;
	return set_lock(r, arg, 1);
}
