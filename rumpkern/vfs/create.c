// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are made and opened in one step: create() and tmpfile().
 *
 * A driver that opens while it looks up (atomic_open, network file systems) is
 * served by the same two steps as the others: lookup and ->create() under the
 * lock of the directory, then open. find_or_make() is the place to ask such
 * a driver first.
 */
#include <linux/file.h>
#include "rumpvfs_private.h"

/*
 * Find @name or make it. The dentry is positive; *@made tells which. O_EXCL is
 * looked at here, everything else of an existing file by the caller.
 */
static struct dentry *find_or_make(struct rumpvfs_mount *m, struct path *dir, const char *name,
				   unsigned int len, unsigned int mode, unsigned int oflags,
				   bool *made)
{
	unsigned int flags = LOOKUP_OPEN | LOOKUP_CREATE;
	struct dentry *dentry;
	int rofs, err = 0;

	if (oflags & O_EXCL)
		flags |= LOOKUP_EXCL;
	*made = false;
	rofs = mnt_want_write(dir->mnt);
	inode_lock_nested(d_inode(dir->dentry), I_MUTEX_PARENT);
	dentry = rumpvfs_child_excl(m, dir, name, len, flags);
	if (IS_ERR(dentry))
		goto out;
	if (d_is_positive(dentry)) {
		if (oflags & O_EXCL)
			err = -EEXIST;
		goto out;
	}
	err = rofs;
	if (!err)
		err = vfs_create(rumpvfs_userns(m), d_inode(dir->dentry), dentry, mode,
				 oflags & O_EXCL);
	if (err)
		goto out;
	*made = true;
	dentry = rumpvfs_created(dir, dentry, name, len);
out:
	inode_unlock(d_inode(dir->dentry));
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
	err = rumpvfs_dir_path(m, parent, &dir);
	if (err)
		return err;
	path.mnt = m->mnt;
	path.dentry = find_or_make(m, &dir, name, len, mode, oflags, &made);
	if (IS_ERR(path.dentry)) {
		err = PTR_ERR(path.dentry);
		goto out_dir;
	}
	if (made)	/* whoever makes a file may use it, whatever its mode */
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
	err = rumpvfs_dir_path(m, parent, &dir);
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
