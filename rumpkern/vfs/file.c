// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files: the table of ids, open, flush and release, and what works on a
 * file without moving data. create.c makes files, io.c reads and writes.
 *
 * The table owns one reference of each struct file; rumpvfs_file() hands out
 * another, so release() may come while a request still runs.
 */
#include <linux/blkdev.h>
#include <linux/file.h>
#include <linux/poll.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

/* --- the table ---------------------------------------------------------------- */

/* Takes over the caller's reference, also on failure. */
int rumpvfs_file_install(struct rumpvfs_mount *m, struct file *f, unsigned long long *id)
{
	u64 new;
	int err;

	spin_lock(&m->lock);
	new = ++m->last_file;
	spin_unlock(&m->lock);
	err = xa_err(xa_store(&m->files, new, f, GFP_KERNEL));
	if (err) {
		fput(f);
		rumpvfs_run_deferred();
		return err;
	}
	*id = new;
	return 0;
}

struct file *rumpvfs_file(struct rumpvfs_mount *m, u64 id)
{
	struct file *f;

	xa_lock(&m->files);
	f = xa_load(&m->files, id);
	if (f)
		get_file(f);
	xa_unlock(&m->files);
	return f;
}

void rumpvfs_files_destroy(struct rumpvfs_mount *m)
{
	struct file *f;
	unsigned long id;

	xa_for_each(&m->files, id, f) {
		xa_erase(&m->files, id);
		rumpvfs_locks_release(f);
		fput(f);
	}
	xa_destroy(&m->files);
	rumpvfs_run_deferred();
}

/* --- open ------------------------------------------------------------------------ */

/*
 * The flags of open(2) that mean something here. O_DIRECT is the client's own
 * affair: data reaches it through the page cache in any case. Making and
 * truncating are separate steps.
 */
unsigned int rumpvfs_open_flags(unsigned int oflags)
{
	if (oflags & RUMPVFS_O_OFFSETS)
		oflags &= ~O_APPEND;
	return (oflags & (O_ACCMODE | O_APPEND | O_DSYNC | __O_SYNC | O_NOATIME |
			  O_DIRECTORY)) | O_LARGEFILE | (oflags & RUMPVFS_O_EXEC ? __FMODE_EXEC : 0);
}

static int may_open(struct rumpvfs_mount *m, const struct path *path, unsigned int oflags)
{
	struct inode *inode = d_inode(path->dentry);
	int acc = oflags & RUMPVFS_O_EXEC ? MAY_EXEC : ACC_MODE(oflags);
	int err;

	if (oflags & O_TRUNC)
		acc |= MAY_WRITE;
	if (oflags & O_APPEND)
		acc |= MAY_APPEND;
	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		if (oflags & O_DIRECTORY)
			return -ENOTDIR;
		break;
	case S_IFDIR:
		if (acc & MAY_WRITE)
			return -EISDIR;
		break;
	case S_IFLNK:
		return -ELOOP;
	default:
		return -ENXIO;	/* devices, pipes and sockets are the client's to open */
	}
	err = inode_permission(rumpvfs_userns(m), inode, MAY_OPEN | acc);
	if (err)
		return err;
	if (IS_APPEND(inode)) {
		if ((oflags & O_ACCMODE) != O_RDONLY && !(oflags & O_APPEND))
			return -EPERM;
		if (oflags & O_TRUNC)
			return -EPERM;
	}
	if ((oflags & O_NOATIME) && !inode_owner_or_capable(rumpvfs_userns(m), inode))
		return -EPERM;
	return 0;
}

static int truncate_opened(struct rumpvfs_mount *m, struct file *f)
{
	struct inode *inode = file_inode(f);
	int err;

	err = get_write_access(inode);
	if (err)
		return err;
	err = do_truncate(rumpvfs_userns(m), f->f_path.dentry, 0,
			  ATTR_MTIME | ATTR_CTIME | ATTR_OPEN, f);
	put_write_access(inode);
	return err;
}

/*
 * @f was opened by the driver before anybody could check, and is not new: do so
 * now, and truncate. The reference is taken over on failure.
 */
struct file *rumpvfs_opened(struct rumpvfs_mount *m, struct file *f, unsigned int oflags)
{
	int err = may_open(m, &f->f_path, oflags);

	if (!err && (oflags & O_TRUNC) && S_ISREG(file_inode(f)->i_mode))
		err = truncate_opened(m, f);
	if (!err)
		return f;
	fput(f);
	return ERR_PTR(err);
}

/* Open what exists, with all checks of open(2); O_TRUNC is done too. */
struct file *rumpvfs_open_path(struct rumpvfs_mount *m, struct path *path, unsigned int oflags)
{
	bool trunc = (oflags & O_TRUNC) && d_is_reg(path->dentry);
	struct file *f;
	int err;

	if (trunc) {
		err = mnt_want_write(path->mnt);
		if (err)
			return ERR_PTR(err);
	}
	err = may_open(m, path, oflags);
	/* HFS+ frees what was removed when it is closed, once: who found it before looks its name up again. */
	if (!err && d_is_reg(path->dentry) && IS_DEADDIR(d_inode(path->dentry)))
		err = -ESTALE;
	f = err ? ERR_PTR(err) : dentry_open(path, rumpvfs_open_flags(oflags), current_cred());
	if (!IS_ERR(f) && trunc) {
		err = truncate_opened(m, f);
		if (err) {
			fput(f);
			f = ERR_PTR(err);
		}
	}
	if (trunc)
		mnt_drop_write(path->mnt);
	return f;
}

/*
 * On a server: is this still what the name stands for, and is what the driver knows of
 * it fresh? That a name is looked up to be opened only we know, the client has
 * asked for it as for any other; and a driver that sees to it that who opens a file sees what
 * was there when it was closed elsewhere does it here. -ESTALE: look it up again.
 */
static int reval_open(struct rumpvfs_mount *m, struct dentry *dentry)
{
	int ret;

	if (!m->remote || !(dentry->d_flags & DCACHE_OP_REVALIDATE))
		return 0;
	ret = dentry->d_op->d_revalidate(dentry, LOOKUP_FOLLOW | LOOKUP_OPEN);
	if (ret)
		return min(ret, 0);
	d_invalidate(dentry);
	return -ESTALE;
}

int rumpvfs_open(struct rumpvfs_mount *m, unsigned long long node, unsigned int oflags,
		 unsigned long long *file)
{
	struct path path;
	struct file *f;
	int err;

	/* An administrator's tools reach the daemon by the root directory. */
	err = node == RUMPVFS_ROOT && capable(CAP_SYS_ADMIN) ? 0 : rumpvfs_room(m);
	err = err ?: rumpvfs_path(m, node, &path);
	if (err)
		return err;
	err = rumpvfs_below_enter(m, &path) ?: reval_open(m, path.dentry);
	f = err ? ERR_PTR(err) : rumpvfs_open_path(m, &path, oflags);
	err = IS_ERR(f) ? PTR_ERR(f) : rumpvfs_file_install(m, f, file);
	return rumpvfs_path_end(&path, err);
}

int rumpvfs_flush(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner)
{
	struct file *f = rumpvfs_file(m, file);
	int err = 0;

	if (!f)
		return -EBADF;
	if (m->remote && f->f_mode & FMODE_WRITE)
		err = rumpvfs_sent(f->f_mapping);
	if (!err && f->f_op->flush)
		err = f->f_op->flush(f, (fl_owner_t)owner);
	rumpvfs_owner_leaves(f, owner);
	fput(f);
	return rumpvfs_ret(err);
}

void rumpvfs_release(struct rumpvfs_mount *m, unsigned long long file)
{
	struct file *f = xa_erase(&m->files, file);

	if (!f)
		return;
	rumpvfs_listing_drop(m, file);
	rumpvfs_whole_drop(m, file);
	m->releasing++;
	rumpvfs_locks_release(f);
	fput(f);
	rumpvfs_run_deferred();	/* what close(2) has done when it returns */
	if (!--m->releasing)
		wake_up_all(&m->released);
}

/*
 * A client's close() returns before we have done it, which at a server takes a while. Whoever then
 * wants a lock that the file had would find it taken still, and who removes the directory not empty.
 */
void rumpvfs_await_releases(struct rumpvfs_mount *m)
{
	if (m->releasing)
		wait_event_killable_timeout(m->released, !m->releasing, HZ);
}

/* --- without moving data ----------------------------------------------------------- */

/*
 * Some drivers have no fsync (BFS), or none of directories, and say EINVAL; some (fsync_all) forget
 * what a file cannot be found without, as NTFS does the table that its new record is in. There all is
 * written instead, which is more.
 */
static int sync_file(struct rumpvfs_mount *m, struct file *f, int datasync)
{
	int err = 0;

	if (f->f_op->fsync)
		err = vfs_fsync(f, datasync);
	if (err || (f->f_op->fsync && !m->fsync_all))
		return err;
	err = rumpvfs_syncfs(m);
	return file_check_and_advance_wb_err(f) ?: err;
}

/*
 * Not every driver has the disk flushed by every fsync: ext4 without a journal does not
 * where only data was overwritten. Who calls us was promised it.
 */
int rumpvfs_fsync(struct rumpvfs_mount *m, unsigned long long file, int datasync)
{
	struct file *f = rumpvfs_file(m, file);
	int err;

	if (!f)
		return -EBADF;
	err = m->remote ? rumpvfs_sent(f->f_mapping) : 0;
	if (!err)
		err = sync_file(m, f, datasync);
	if (!err && m->sb->s_bdev && !sb_rdonly(m->sb) && rumpblk_unflushed(m->sb->s_bdev))
		err = blkdev_issue_flush(m->sb->s_bdev);
	fput(f);
	return rumpvfs_ret(err);
}

int rumpvfs_fallocate(struct rumpvfs_mount *m, unsigned long long file, int mode,
		      unsigned long long off, unsigned long long len)
{
	struct file *f = rumpvfs_file(m, file);
	const struct cred *old;
	int err;

	if (!f)
		return -EBADF;
	old = rumpvfs_cred_of_file(f);
	if (off > LLONG_MAX || len > LLONG_MAX)
		err = -EFBIG;
	else
		err = vfs_fallocate(f, mode, off, len);
	rumpvfs_cred_restore(old);
	fput(f);
	return rumpvfs_ret(err);
}

long long rumpvfs_lseek(struct rumpvfs_mount *m, unsigned long long file,
			unsigned long long off, int whence)
{
	struct file *f = rumpvfs_file(m, file);
	loff_t ret = -EINVAL;

	if (!f)
		return -EBADF;
	/* Relative to a position makes no sense: the client keeps that. */
	if (whence == SEEK_SET || whence == SEEK_END || whence == SEEK_DATA ||
	    whence == SEEK_HOLE) {
		mutex_lock(&f->f_pos_lock);
		ret = vfs_llseek(f, off, whence);
		mutex_unlock(&f->f_pos_lock);
	}
	fput(f);
	return ret < 0 ? rumpvfs_ret(ret) : ret;
}

int rumpvfs_is_written(struct rumpvfs_mount *m, unsigned long long node)
{
	struct path path;
	int err;

	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	err = inode_is_open_for_write(d_inode(path.dentry));
	rumpvfs_path_put(&path);
	return err;
}

unsigned int rumpvfs_poll(struct rumpvfs_mount *m, unsigned long long file)
{
	struct file *f = rumpvfs_file(m, file);
	__poll_t events;

	if (!f)
		return (__force unsigned int)EPOLLNVAL;
	events = vfs_poll(f, NULL);
	fput(f);
	return (__force unsigned int)events;
}
