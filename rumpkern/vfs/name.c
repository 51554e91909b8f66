// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names: find, make, link and remove directory entries. rename.c moves them.
 *
 * Parents are locked as the system calls lock them. Leases and delegations are
 * not known in a rump kernel, so none is broken. The dentries found here are
 * references of the function that finds them.
 */
#include <linux/fsnotify.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

int rumpvfs_check_name(const char *name, unsigned int len)
{
	if (!len)
		return -EINVAL;
	if (len > RUMPVFS_NAME_MAX)
		return -ENAMETOOLONG;
	if (memchr(name, '/', len) || memchr(name, 0, len))
		return -EINVAL;
	return 0;
}

/* Hash the name as the directory's driver hashes it. */
int rumpvfs_qstr(struct dentry *dir, const char *name, unsigned int len, struct qstr *q)
{
	int err = rumpvfs_check_name(name, len);

	if (err)
		return err;
	q->name = name;
	q->len = len;
	q->hash = full_name_hash(dir, name, len);
	if (dir->d_flags & DCACHE_OP_HASH)
		err = dir->d_op->d_hash(dir, q);
	return err < 0 ? err : 0;
}

/*
 * What the dcache knows, where names match without being equal. Such drivers
 * distrust a negative dentry if they are not told what a lookup is for, and
 * always if it is for making: the spelling might differ. Their search for a
 * name reads the whole directory, so tell them, and compare the spelling here.
 * Others, AFFS and HFS+, would make what was asked for in the spelling in which
 * it was missed before.
 *
 * The client has looked up each name that it is about to make. A driver that asks its server by names would now ask a second
 * time for what the server, which searches its directory too, has just missed. If another client was quicker, that refuses.
 */
static struct dentry *cached_child(struct rumpvfs_mount *m, struct dentry *dir,
				   const struct qstr *q, unsigned int flags)
{
	struct dentry *dentry;

	if (!m->casefold && !(flags && rumpvfs_by_name()))
		return NULL;
	dentry = d_lookup(dir, q);
	if (!dentry)
		return NULL;
	if (flags && (d_is_positive(dentry) || dentry->d_name.len != q->len ||
		      memcmp(dentry->d_name.name, q->name, q->len)))
		goto distrust;
	if (!(dentry->d_flags & DCACHE_OP_REVALIDATE) ||
	    dentry->d_op->d_revalidate(dentry, LOOKUP_FOLLOW) > 0)
		return dentry;
distrust:
	if (flags && d_is_negative(dentry))
		d_drop(dentry);
	dput(dentry);
	return NULL;
}

/* Find @name, maybe negative, in a directory that is locked exclusively. */
struct dentry *rumpvfs_child_excl(struct rumpvfs_mount *m, struct path *dir, const char *name,
				  unsigned int len, unsigned int flags)
{
	struct dentry *dentry;
	struct qstr q;
	int err;

	err = rumpvfs_qstr(dir->dentry, name, len, &q);
	if (!err)
		err = inode_permission(rumpvfs_userns(m), d_inode(dir->dentry), MAY_EXEC);
	if (err)
		return ERR_PTR(err);
	dentry = cached_child(m, dir->dentry, &q, flags);
	return dentry ?: lookup_one_qstr_excl(&q, dir->dentry, flags);
}

/*
 * The same without asking the driver: of a name that is not known the dentry is in lookup (d_in_lookup()), for the driver's
 * atomic_open() to fill in; the caller says d_lookup_done() before @wq is gone. The directory is locked.
 */
struct dentry *rumpvfs_child_unasked(struct rumpvfs_mount *m, struct path *dir, const char *name,
				     unsigned int len, unsigned int flags, wait_queue_head_t *wq)
{
	struct dentry *dentry;
	struct qstr q;
	int ret;

	ret = rumpvfs_qstr(dir->dentry, name, len, &q);
	if (ret)
		return ERR_PTR(ret);
	dentry = cached_child(m, dir->dentry, &q, flags);
	while (!dentry) {
		dentry = d_alloc_parallel(dir->dentry, &q, wq);
		if (IS_ERR(dentry) || d_in_lookup(dentry) || !(dentry->d_flags & DCACHE_OP_REVALIDATE))
			break;
		ret = dentry->d_op->d_revalidate(dentry, flags);
		if (ret > 0)
			break;
		if (!ret)
			d_invalidate(dentry);
		dput(dentry);
		dentry = ret ? ERR_PTR(ret) : NULL;
	}
	return dentry;
}

/*
 * Some drivers drop the dentry that they were given to make an object, or leave
 * it without inode. Find the real one then; the directory is still locked.
 */
struct dentry *rumpvfs_created(struct path *dir, struct dentry *dentry,
			       const char *name, unsigned int len)
{
	struct dentry *found;

	if (d_really_is_positive(dentry) && !d_unhashed(dentry))
		return dentry;
	found = lookup_one_len(name, dir->dentry, len);
	if (!IS_ERR(found) && d_really_is_negative(found)) {
		dput(found);
		found = ERR_PTR(-ENOENT);
	}
	dput(dentry);
	return found;
}

/* The node of a directory stands for the root of what is mounted there (below.c). Takes the reference. */
static struct dentry *node_dentry(struct rumpvfs_mount *m, struct dentry *dentry)
{
	struct inode *at = rumpvfs_at(m, d_inode(dentry));

	if (!at)
		return dentry;
	dput(dentry);
	ihold(at);
	return d_obtain_alias(at);	/* takes that */
}

/* "." and ".." as a client asks that makes paths of ids. */
static int lookup_dots(struct rumpvfs_mount *m, struct dentry *dir, unsigned int len,
		       struct rumpvfs_entry *e)
{
	struct dentry *dentry = node_dentry(m, dget(dir)), *parent;
	int err;

	if (!IS_ERR(dentry) && len == 2 && dir != m->mnt->mnt_root) {
		parent = dget_parent(dentry);
		dput(dentry);
		dentry = node_dentry(m, parent);
	}
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	err = rumpvfs_entry(m, dentry, NULL, 0, e);
	dput(dentry);
	return err;
}

int rumpvfs_lookup(struct rumpvfs_mount *m, unsigned long long parent,
		   const char *name, unsigned int len, struct rumpvfs_entry *e)
{
	struct dentry *dentry;
	struct path dir;
	struct qstr q;
	int err;

	err = rumpvfs_check_name(name, len) ?: rumpvfs_room(m);
	if (err)
		return err;
	err = rumpvfs_dir_path(m, parent, &dir);
	if (err)
		return err;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'))) {
		err = lookup_dots(m, dir.dentry, len, e);
		goto out;
	}
	err = rumpvfs_qstr(dir.dentry, name, len, &q);
	if (!err)
		err = inode_permission(rumpvfs_userns(m), d_inode(dir.dentry), MAY_EXEC);
	if (err)
		goto out;
	dentry = cached_child(m, dir.dentry, &q, 0);
	if (!dentry)
		dentry = lookup_one_len_unlocked(name, dir.dentry, len);
	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		goto out;
	}
	err = d_is_negative(dentry) ? -ENOENT : rumpvfs_entry(m, dentry, name, len, e);
	dput(dentry);
out:
	rumpvfs_path_put(&dir);
	return rumpvfs_ret(err);
}

/* --- making ------------------------------------------------------------------ */

/* On success the directory is locked and the mount held for writing: make_end(). */
static struct dentry *make_begin(struct rumpvfs_mount *m, struct path *dir,
				 const char *name, unsigned int len)
{
	struct dentry *dentry;
	int rofs, err;

	err = rumpvfs_check_name(name, len);
	if (err)
		return ERR_PTR(err);
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return ERR_PTR(-EEXIST);
	err = rumpvfs_room(m);
	if (err)
		return ERR_PTR(err);
	rofs = mnt_want_write(dir->mnt);
	inode_lock_nested(d_inode(dir->dentry), I_MUTEX_PARENT);
	dentry = rumpvfs_child_excl(m, dir, name, len, LOOKUP_CREATE | LOOKUP_EXCL);
	if (IS_ERR(dentry))
		goto out;
	/* That it exists is the better answer than that nothing can be made. */
	err = d_is_positive(dentry) ? -EEXIST : rofs;
	if (!err)
		return dentry;
	dput(dentry);
	dentry = ERR_PTR(err);
out:
	inode_unlock(d_inode(dir->dentry));
	if (!rofs)
		mnt_drop_write(dir->mnt);
	return dentry;
}

static int make_end(struct rumpvfs_mount *m, struct path *dir, struct dentry *dentry, int err,
		    const char *name, unsigned int len, struct rumpvfs_entry *e)
{
	if (!err) {
		dentry = rumpvfs_created(dir, dentry, name, len);
		if (IS_ERR(dentry)) {
			err = PTR_ERR(dentry);
			dentry = NULL;
		}
	}
	inode_unlock(d_inode(dir->dentry));
	mnt_drop_write(dir->mnt);
	if (!err)
		err = rumpvfs_entry(m, dentry, name, len, e);
	dput(dentry);
	return err;
}

int rumpvfs_mknod(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		  unsigned int len, unsigned int mode, unsigned int rdev, struct rumpvfs_entry *e)
{
	struct dentry *dentry;
	struct path path;
	struct inode *dir;
	int err;

	err = rumpvfs_dir_path(m, parent, &path);
	if (err)
		return err;
	dentry = make_begin(m, &path, name, len);
	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		goto out;
	}
	dir = d_inode(path.dentry);
	switch (mode & S_IFMT) {
	case 0:
	case S_IFREG:
		err = vfs_create(rumpvfs_userns(m), dir, dentry, mode, true);
		break;
	case S_IFCHR:
	case S_IFBLK:
		err = vfs_mknod(rumpvfs_userns(m), dir, dentry, mode, new_decode_dev(rdev));
		break;
	case S_IFIFO:
	case S_IFSOCK:
		err = vfs_mknod(rumpvfs_userns(m), dir, dentry, mode, 0);
		break;
	case S_IFDIR:
		err = -EPERM;
		break;
	default:
		err = -EINVAL;
	}
	err = make_end(m, &path, dentry, err, name, len, e);
out:
	rumpvfs_path_put(&path);
	return rumpvfs_ret(err);
}

int rumpvfs_mkdir(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		  unsigned int len, unsigned int mode, struct rumpvfs_entry *e)
{
	struct dentry *dentry;
	struct path path;
	int err;

	err = rumpvfs_dir_path(m, parent, &path);
	if (err)
		return err;
	dentry = make_begin(m, &path, name, len);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_mkdir(rumpvfs_userns(m), d_inode(path.dentry), dentry, mode);
		err = make_end(m, &path, dentry, err, name, len, e);
	}
	rumpvfs_path_put(&path);
	return rumpvfs_ret(err);
}

int rumpvfs_symlink(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		    unsigned int len, const char *target, struct rumpvfs_entry *e)
{
	struct dentry *dentry;
	struct path path;
	int err;

	if (!*target)
		return -ENOENT;
	if (strnlen(target, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	err = rumpvfs_dir_path(m, parent, &path);
	if (err)
		return err;
	dentry = make_begin(m, &path, name, len);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_symlink(rumpvfs_userns(m), d_inode(path.dentry), dentry, target);
		err = make_end(m, &path, dentry, err, name, len, e);
	}
	rumpvfs_path_put(&path);
	return rumpvfs_ret(err);
}

int rumpvfs_link(struct rumpvfs_mount *m, unsigned long long node, unsigned long long parent,
		 const char *name, unsigned int len, struct rumpvfs_entry *e)
{
	struct path path, old;
	struct dentry *dentry;
	int err;

	err = rumpvfs_path(m, node, &old);
	if (err)
		return err;
	err = rumpvfs_dir_path(m, parent, &path);
	if (err)
		goto out_old;
	dentry = make_begin(m, &path, name, len);
	err = PTR_ERR_OR_ZERO(dentry);
	if (!err) {
		err = vfs_link(old.dentry, rumpvfs_userns(m), d_inode(path.dentry), dentry, NULL);
		err = make_end(m, &path, dentry, err, name, len, e);
	}
	rumpvfs_path_put(&path);
out_old:
	return rumpvfs_path_end(&old, err);
}

/* --- removing ------------------------------------------------------------------- */

static int do_remove(struct rumpvfs_mount *m, u64 parent, const char *name,
		     unsigned int len, bool is_dir)
{
	struct inode *inode = NULL;
	struct dentry *dentry;
	struct path path;
	int err;

	err = rumpvfs_check_name(name, len);
	if (err)
		return err;
	if (name[0] == '.' && len == 1)
		return is_dir ? -EINVAL : -EISDIR;
	if (name[0] == '.' && len == 2 && name[1] == '.')
		return is_dir ? -ENOTEMPTY : -EISDIR;
	err = rumpvfs_dir_path(m, parent, &path);
	if (err)
		return err;
	if (is_dir && m->remote)
		rumpvfs_await_releases(m);	/* a removed file has a name there until it is closed */
	err = mnt_want_write(path.mnt);
	if (err)
		goto out_path;
	inode_lock_nested(d_inode(path.dentry), I_MUTEX_PARENT);
	dentry = rumpvfs_child_excl(m, &path, name, len, 0);
	if (IS_ERR(dentry)) {
		err = PTR_ERR(dentry);
		goto out_unlock;
	}
	if (d_is_negative(dentry)) {
		err = -ENOENT;
	} else {
		inode = d_inode(dentry);
		ihold(inode);
		rumpvfs_yield(m, dentry);
		if (is_dir)
			err = vfs_rmdir(rumpvfs_userns(m), d_inode(path.dentry), dentry);
		else
			err = vfs_unlink(rumpvfs_userns(m), d_inode(path.dentry), dentry, NULL);
		if (!err)
			rumpvfs_name_gone(m, parent, inode, name, len);
		else if (m->doubt)
			m->doubt(m->ctx, parent, name, len);	/* it was given up */
	}
	dput(dentry);
out_unlock:
	inode_unlock(d_inode(path.dentry));
	iput(inode);		/* frees the blocks, if it was the last: not under the lock */
	mnt_drop_write(path.mnt);
out_path:
	rumpvfs_path_put(&path);
	return rumpvfs_ret(err);
}

int rumpvfs_unlink(struct rumpvfs_mount *m, unsigned long long parent,
		   const char *name, unsigned int len)
{
	return do_remove(m, parent, name, len, false);
}

int rumpvfs_rmdir(struct rumpvfs_mount *m, unsigned long long parent,
		  const char *name, unsigned int len)
{
	return do_remove(m, parent, name, len, true);
}

long rumpvfs_readlink(struct rumpvfs_mount *m, unsigned long long node,
		      char *buf, unsigned int size)
{
	DEFINE_DELAYED_CALL(done);
	const char *target;
	struct path path;
	size_t n;
	long ret;

	ret = rumpvfs_path(m, node, &path);
	if (ret)
		return ret;
	target = vfs_get_link(path.dentry, &done);
	if (IS_ERR(target)) {
		ret = PTR_ERR(target);
	} else {
		n = strlen(target);
		ret = min_t(size_t, n, size);
		memcpy(buf, target, ret);
		touch_atime(&path);
	}
	do_delayed_call(&done);
	return rumpvfs_path_end(&path, ret);
}
