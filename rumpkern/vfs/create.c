// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are made and opened in one step: create() and tmpfile().
 *
 * Where somebody else may make the same file at the same time, only the server can
 * tell which of the two it was that made it. A driver that can (atomic_open) opens,
 * makes and truncates in one request; another's answer is mistrusted.
 */
#include <linux/file.h>
#include "rumpvfs_private.h"

/* Not exported, nor in a header that others may include: fs/internal.h. */
struct file *alloc_empty_file(int flags, const struct cred *cred);

/*
 * Let the driver open or make what the negative @dentry names, and take @dentry's
 * reference. The file, or NULL if there is something that is not opened so: its dentry
 * in *@found, for the caller to open. *@made is set if the file is new.
 */
static struct file *open_or_make(struct rumpvfs_mount *m, struct path *dir, struct dentry *dentry,
				 unsigned int mode, unsigned int oflags, struct dentry **found,
				 bool *made)
{
	unsigned int flags = rumpvfs_open_flags(oflags);
	struct inode *inode = d_inode(dir->dentry);
	struct file *f;
	int err;

	f = alloc_empty_file(flags, current_cred());
	if (IS_ERR(f)) {
		d_lookup_done(dentry);
		dput(dentry);
		return f;
	}
	mode = mode_strip_sgid(rumpvfs_userns(m), inode, mode & S_IALLUGO) | S_IFREG;
	if (!IS_POSIXACL(inode))
		mode &= ~current_umask();
	f->f_path.mnt = dir->mnt;
	err = inode->i_op->atomic_open(inode, dentry, f,
				       flags | O_CREAT | (oflags & (O_EXCL | O_TRUNC)), mode);
	d_lookup_done(dentry);
	if (!err && (f->f_mode & FMODE_OPENED)) {
		dput(dentry);
		*made = f->f_mode & FMODE_CREATED;
		*found = dget(f->f_path.dentry);
		return f;
	}
	if (!err && f->f_path.dentry) {
		dput(dentry);
		dentry = f->f_path.dentry;
	}
	if (!(f->f_mode & FMODE_OPENED)) {
		f->f_path.mnt = NULL;	/* a file that was not opened owns no path */
		f->f_path.dentry = NULL;
	}
	fput(f);
	if (!err && d_is_negative(dentry))
		err = -ENOENT;
	if (err) {
		dput(dentry);
		return ERR_PTR(err);
	}
	*found = dentry;
	return NULL;
}

/*
 * Find @name or make it. The dentry is positive; *@made tells which. It is open
 * already if *@f is not NULL. O_EXCL is looked at here, everything else of an existing
 * file by the caller.
 */
static struct dentry *find_or_make(struct rumpvfs_mount *m, struct path *dir, const char *name,
				   unsigned int len, unsigned int mode, unsigned int oflags,
				   struct file **f, bool *made)
{
	unsigned int flags = LOOKUP_OPEN | LOOKUP_CREATE;
	DECLARE_WAIT_QUEUE_HEAD_ONSTACK(wq);
	struct inode *inode = d_inode(dir->dentry);
	bool atomic = inode->i_op->atomic_open;
	struct dentry *dentry, *found;
	int rofs, denied, err = 0;

	if (oflags & O_EXCL)
		flags |= LOOKUP_EXCL;
	*made = false;
	*f = NULL;
	rofs = mnt_want_write(dir->mnt);
	inode_lock_nested(inode, I_MUTEX_PARENT);
	denied = rofs;
	if (atomic && !denied)		/* vfs_create() looks itself */
		denied = inode_permission(rumpvfs_userns(m), inode, MAY_WRITE | MAY_EXEC);
	/* The client has asked for the name already: let the server say what is there when it is to make it. */
	if (atomic && !denied)
		dentry = rumpvfs_child_unasked(m, dir, name, len, flags, &wq);
	else
		dentry = rumpvfs_child_excl(m, dir, name, len, flags);
	if (IS_ERR(dentry))
		goto out;
	if (d_is_positive(dentry)) {
		if (oflags & O_EXCL)
			err = -EEXIST;
		goto out;
	}
	err = denied;
	if (!err && atomic) {
		*f = open_or_make(m, dir, dentry, mode, oflags, &found, made);
		dentry = IS_ERR(*f) ? ERR_CAST(*f) : found;
		goto out;
	}
	if (!err)
		err = vfs_create(rumpvfs_userns(m), inode, dentry, mode, oflags & O_EXCL);
	if (err)
		goto out;
	*made = true;
	dentry = rumpvfs_created(dir, dentry, name, len);
	/* A new file is empty. This one somebody else has made meanwhile. */
	if (!IS_ERR(dentry) && m->remote && i_size_read(d_inode(dentry)))
		*made = false;
out:
	inode_unlock(inode);
	if (!rofs)
		mnt_drop_write(dir->mnt);
	if (err) {
		dput(dentry);
		dentry = ERR_PTR(err);
	}
	return dentry;
}

int rumpvfs_create(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		   unsigned int len, unsigned int mode, unsigned int oflags,
		   struct rumpvfs_entry *e, unsigned long long *file)
{
	struct path dir, path;
	struct file *f;
	bool made;
	int err;

	err = rumpvfs_check_name(name, len);
	if (err)
		return err;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return oflags & O_EXCL ? -EEXIST : -EISDIR;
	err = rumpvfs_room(m) ?: rumpvfs_dir_path(m, parent, &dir);
	if (err)
		return err;
	path.mnt = dir.mnt;
	path.dentry = find_or_make(m, &dir, name, len, mode, oflags, &f, &made);
	if (IS_ERR(path.dentry)) {
		err = PTR_ERR(path.dentry);
		goto out_dir;
	}
	if (f)
		f = made ? f : rumpvfs_opened(m, f, oflags);
	else if (made)	/* whoever makes a file may use it, whatever its mode */
		f = dentry_open(&path, rumpvfs_open_flags(oflags), current_cred());
	else if (d_is_dir(path.dentry))
		f = ERR_PTR(-EISDIR);
	else
		f = rumpvfs_open_path(m, &path, oflags);
	if (IS_ERR(f)) {
		err = PTR_ERR(f);
		goto out;
	}
	err = rumpvfs_entry(m, path.dentry, name, len, e);
	if (err) {
		fput(f);
		goto out;
	}
	err = rumpvfs_file_install(m, f, file);
	if (err)
		rumpvfs_forget(m, e->node, 1);
out:
	dput(path.dentry);
out_dir:
	rumpvfs_path_put(&dir);
	return rumpvfs_ret(err);
}

int rumpvfs_tmpfile(struct rumpvfs_mount *m, unsigned long long parent, unsigned int mode,
		    unsigned int oflags, struct rumpvfs_entry *e, unsigned long long *file)
{
	struct path dir;
	struct file *f;
	int err;

	if ((oflags & O_ACCMODE) == O_RDONLY)
		return -EINVAL;
	err = rumpvfs_room(m) ?: rumpvfs_dir_path(m, parent, &dir);
	if (err)
		return err;
	err = mnt_want_write(dir.mnt);
	if (err)
		goto out;
	/* O_EXCL: it shall never get a name. O_DIRECTORY is half of O_TMPFILE. */
	f = vfs_tmpfile_open(rumpvfs_userns(m), &dir, (mode & S_IALLUGO) | S_IFREG,
			     (rumpvfs_open_flags(oflags) & ~O_DIRECTORY) | (oflags & O_EXCL),
			     current_cred());
	mnt_drop_write(dir.mnt);
	if (IS_ERR(f)) {
		err = PTR_ERR(f);
		goto out;
	}
	err = rumpvfs_entry(m, f->f_path.dentry, NULL, 0, e);
	if (err) {
		fput(f);
		goto out;
	}
	err = rumpvfs_file_install(m, f, file);
	if (err)
		rumpvfs_forget(m, e->node, 1);
out:
	rumpvfs_path_put(&dir);
	return rumpvfs_ret(err);
}
