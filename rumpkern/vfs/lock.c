// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record locks (POSIX) and whole-file locks (flock).
 *
 * The owner of a record lock is the number by which the client names its
 * process; of a flock it is the open file itself. A waiting request is ended
 * by a signal (rump_kernel.job_interrupt).
 */
#include <linux/file.h>
#include "rumpvfs_private.h"

static int make_lock(struct file *f, const struct rumpvfs_lock *lk, struct file_lock **out)
{
	struct file_lock *fl;

	if (lk->type != F_RDLCK && lk->type != F_WRLCK && lk->type != F_UNLCK)
		return -EINVAL;
	if (lk->start > lk->end || lk->end > OFFSET_MAX)
		return -EINVAL;
	fl = locks_alloc_lock();
	if (!fl)
		return -ENOLCK;
	fl->fl_file = f;
	fl->fl_flags = FL_POSIX;
	fl->fl_type = lk->type;
	fl->fl_owner = (fl_owner_t)lk->owner;
	fl->fl_pid = lk->pid;
	fl->fl_start = lk->start;
	fl->fl_end = lk->end;
	*out = fl;
	return 0;
}

int rumpvfs_getlk(struct rumpvfs_mount *m, unsigned long long file, struct rumpvfs_lock *lk)
{
	struct file *f = rumpvfs_file(m, file);
	struct file_lock *fl;
	int err;

	if (!f)
		return -EBADF;
	err = lk->type == F_UNLCK ? -EINVAL : make_lock(f, lk, &fl);
	if (err)
		goto out;
	err = vfs_test_lock(f, fl);
	if (!err) {
		lk->type = fl->fl_type;
		if (fl->fl_type != F_UNLCK) {
			lk->start = fl->fl_start;
			lk->end = fl->fl_end;
			lk->pid = fl->fl_pid;
			lk->owner = (unsigned long)fl->fl_owner;
		}
	}
	locks_free_lock(fl);
out:
	fput(f);
	return rumpvfs_ret(err);
}

int rumpvfs_setlk(struct rumpvfs_mount *m, unsigned long long file,
		  const struct rumpvfs_lock *lk, int wait)
{
	struct file *f = rumpvfs_file(m, file);
	struct file_lock *fl;
	int err;

	if (!f)
		return -EBADF;
	err = -EBADF;
	if ((lk->type == F_RDLCK && !(f->f_mode & FMODE_READ)) ||
	    (lk->type == F_WRLCK && !(f->f_mode & FMODE_WRITE)))
		goto out;
	err = make_lock(f, lk, &fl);
	if (err)
		goto out;
	if (wait)
		fl->fl_flags |= FL_SLEEP;
	for (;;) {
		err = vfs_lock_file(f, wait ? F_SETLKW : F_SETLK, fl, NULL);
		if (err != FILE_LOCK_DEFERRED)
			break;
		err = wait_event_interruptible(fl->fl_wait, list_empty(&fl->fl_blocked_member));
		if (err)
			break;
	}
	locks_delete_block(fl);
	locks_free_lock(fl);
out:
	fput(f);
	return rumpvfs_ret(err);
}

int rumpvfs_flock(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner,
		  unsigned int type, int wait)
{
	struct file *f = rumpvfs_file(m, file);
	struct file_lock *fl;
	int err;

	if (!f)
		return -EBADF;
	err = -EINVAL;
	if (type != F_RDLCK && type != F_WRLCK && type != F_UNLCK)
		goto out;
	err = -ENOLCK;
	fl = locks_alloc_lock();
	if (!fl)
		goto out;
	fl->fl_file = f;
	fl->fl_owner = f;
	fl->fl_pid = current->tgid;
	fl->fl_flags = FL_FLOCK;
	fl->fl_type = type;
	fl->fl_end = OFFSET_MAX;
	if (wait)
		fl->fl_flags |= FL_SLEEP;
	if (f->f_op->flock)
		err = f->f_op->flock(f, wait ? F_SETLKW : F_SETLK, fl);
	else
		err = locks_lock_inode_wait(file_inode(f), fl);
	locks_free_lock(fl);
out:
	fput(f);
	return rumpvfs_ret(err);
}

/*
 * The NFS client writes and reads in the name of who holds a lock, so that a server, or the client
 * itself when a server has forgotten the lock, can refuse. It knows that one by its
 * current->files, which is compared and never followed, while we know him by the number that
 * the lock was asked for with. Which process a read or write comes from the client of ours
 * does not say; it is one that has the file open, and by that open file a lock is found.
 */
struct files_struct *rumpvfs_lock_owner_enter(struct rumpvfs_mount *m, struct file *f)
{
	struct file_lock_context *ctx = m->remote ? locks_inode_context(file_inode(f)) : NULL;
	struct files_struct *old = current->files;
	struct file_lock *fl;

	if (!ctx || list_empty_careful(&ctx->flc_posix))
		return old;
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(fl, &ctx->flc_posix, fl_list)
		if (fl->fl_file == f) {
			current->files = fl->fl_owner;
			break;
		}
	spin_unlock(&ctx->flc_lock);
	return old;
}

void rumpvfs_lock_owner_leave(struct files_struct *old)
{
	current->files = old;
}

/*
 * The file is about to be closed. A client ends its record locks by flush() and
 * unlocking; those that it left must not outlive the file that they point to.
 */
void rumpvfs_locks_release(struct file *f)
{
	struct file_lock_context *ctx = locks_inode_context(file_inode(f));
	struct file_lock *fl;
	fl_owner_t owner;
	bool found;

	if (!ctx)
		return;
	do {
		found = false;
		spin_lock(&ctx->flc_lock);
		list_for_each_entry(fl, &ctx->flc_posix, fl_list)
			if (fl->fl_file == f) {
				found = true;
				owner = fl->fl_owner;
				break;
			}
		spin_unlock(&ctx->flc_lock);
		if (found)
			locks_remove_posix(f, owner);
	} while (found);
}
