// SPDX-License-Identifier: GPL-2.0-only
/*
 * Record locks (POSIX) and whole-file locks (flock).
 *
 * The owner of a record lock is the number by which the client names its
 * process; of a flock it is the open file itself. A waiting request is ended
 * by a signal (rump_kernel.job_interrupt).
 *
 * A driver may tell owners apart by the process that asks: cifs by its number, NFS by
 * current->files, which it compares and never follows. All requests come from one here, and
 * one owner that closes the file would end the locks of another; and a server, or a client whose
 * server has forgotten the lock, could not refuse what is written. So whoever locks, unlocks,
 * reads or writes has both made of the owner's number (rumpvfs_owner_begin()).
 */
#include <linux/file.h>
#include <linux/hash.h>
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

/* --- who asks ------------------------------------------------------------------------- */

/* Act as @owner of locks, 0: as anybody, until rumpvfs_owner_end() of the same @was. */
void rumpvfs_owner_begin(struct rumpvfs_owner *was, u64 owner)
{
	was->tgid = current->tgid;
	was->files = current->files;
	if (!owner)
		return;
	current->tgid = hash_64(owner, 30) + 1;
	current->files = (struct files_struct *)owner;
}

void rumpvfs_owner_end(const struct rumpvfs_owner *was)
{
	current->tgid = was->tgid;
	current->files = was->files;
}

/*
 * Who reads and writes through @f: the client does not say. The owner of a lock that was
 * set through it, or through another that the driver has opened as one with it.
 */
u64 rumpvfs_owner_of(struct file *f)
{
	struct file_lock_context *ctx = locks_inode_context(file_inode(f));
	struct file_lock *fl;
	u64 owner = 0;

	if (!ctx || list_empty_careful(&ctx->flc_posix))
		return 0;
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(fl, &ctx->flc_posix, fl_list) {
		if (fl->fl_file == f) {
			owner = (u64)fl->fl_owner;
			break;
		}
		if (fl->fl_file->private_data && fl->fl_file->private_data == f->private_data)
			owner = (u64)fl->fl_owner;
	}
	spin_unlock(&ctx->flc_lock);
	return owner;
}

/* A file through which @owner has a lock on the inode of @f; a reference. */
static struct file *locked_through(struct file *f, u64 owner)
{
	struct file_lock_context *ctx = locks_inode_context(file_inode(f));
	struct file *found = NULL;
	struct file_lock *fl;

	if (!ctx || list_empty_careful(&ctx->flc_posix))
		return NULL;
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(fl, &ctx->flc_posix, fl_list)
		if (fl->fl_owner == (fl_owner_t)owner) {
			found = get_file(fl->fl_file);
			break;
		}
	spin_unlock(&ctx->flc_lock);
	return found;
}

/*
 * All locks of @owner end that it has on the file of @f, through whichever it set them: a
 * driver may know a lock only by the open file that it was set through.
 */
void rumpvfs_owner_leaves(struct file *f, u64 owner)
{
	struct rumpvfs_owner was;
	struct file *through, *last = NULL;

	rumpvfs_owner_begin(&was, owner);
	while ((through = locked_through(f, owner))) {
		if (through == last) {		/* the driver refuses: not for ever */
			fput(through);
			break;
		}
		locks_remove_posix(through, (fl_owner_t)owner);
		if (last)
			fput(last);
		last = through;
	}
	if (last)
		fput(last);
	rumpvfs_owner_end(&was);
}

/* --- the calls ------------------------------------------------------------------------ */

static void set_found(struct rumpvfs_lock *lk, const struct file_lock *fl)
{
	lk->type = fl->fl_type;
	if (fl->fl_type == F_UNLCK)
		return;
	lk->start = fl->fl_start;
	lk->end = fl->fl_end;
	lk->pid = fl->fl_pid;
	lk->owner = (unsigned long)fl->fl_owner;
}

/* Our own locks are known here by their owners; of others' the driver knows. */
int rumpvfs_getlk(struct rumpvfs_mount *m, unsigned long long file, struct rumpvfs_lock *lk)
{
	struct file *f = rumpvfs_file(m, file);
	struct file_lock *fl;
	struct rumpvfs_owner was;
	int err;

	if (!f)
		return -EBADF;
	err = lk->type == F_UNLCK ? -EINVAL : make_lock(f, lk, &fl);
	if (err)
		goto out;
	posix_test_lock(f, fl);
	if (fl->fl_type == F_UNLCK) {
		fl->fl_type = lk->type;
		rumpvfs_owner_begin(&was, lk->owner);
		err = vfs_test_lock(f, fl);
		rumpvfs_owner_end(&was);
		fl->fl_pid = 0;		/* on another machine, or nobody's */
	}
	if (!err)
		set_found(lk, fl);
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
	struct rumpvfs_owner was;
	int err;

	if (!f)
		return -EBADF;
	if (lk->type != F_UNLCK)
		rumpvfs_await_releases(m);
	err = -EBADF;
	if ((lk->type == F_RDLCK && !(f->f_mode & FMODE_READ)) ||
	    (lk->type == F_WRLCK && !(f->f_mode & FMODE_WRITE)))
		goto out;
	err = make_lock(f, lk, &fl);
	if (err)
		goto out;
	if (wait)
		fl->fl_flags |= FL_SLEEP;
	rumpvfs_owner_begin(&was, lk->owner);
	for (;;) {
		err = vfs_lock_file(f, wait ? F_SETLKW : F_SETLK, fl, NULL);
		if (err != FILE_LOCK_DEFERRED)
			break;
		err = wait_event_interruptible(fl->fl_wait, list_empty(&fl->fl_blocked_member));
		if (err)
			break;
	}
	rumpvfs_owner_end(&was);
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
	if (type != F_UNLCK)
		rumpvfs_await_releases(m);
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
	if (err == -EACCES)	/* an answer of fcntl(2), which flock(2) does not have */
		err = -EWOULDBLOCK;
	locks_free_lock(fl);
out:
	fput(f);
	return rumpvfs_ret(err);
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
			rumpvfs_owner_leaves(f, (u64)owner);
	} while (found);
}
