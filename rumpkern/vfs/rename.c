// SPDX-License-Identifier: GPL-2.0-only
/*
 * rename, exchange and whiteout between two directories of a mount.
 *
 * A server may have done it before a connection broke, and its answer is lost. When it is asked again (RUMPVFS_AGAIN) the driver still
 * knows the old name, and finds the same file under the new one: to it two names of one file, of which nothing has to be renamed. Its
 * caller hears that it is done, but the driver believes both names, and the way back would do nothing either. So ask for both.
 */
#include <asm/rump.h>
#include "rumpvfs_private.h"

static bool is_dots(const char *name, unsigned int len)
{
	return name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.'));
}

/* Both directories are locked; @trap is the child that holds the other one. */
static int check(struct dentry *old, struct dentry *new, struct dentry *trap, unsigned int flags)
{
	if ((flags & RENAME_NOREPLACE) && d_is_positive(new))
		return -EEXIST;
	if ((flags & RENAME_EXCHANGE) && d_is_negative(new))
		return -ENOENT;
	if (old == trap)	/* into itself */
		return -EINVAL;
	if (new == trap)	/* over a directory that it is in */
		return flags & RENAME_EXCHANGE ? -EINVAL : -ENOTEMPTY;
	return 0;
}

/* Does the server have the file that the driver knows as @dentry by this name? It is asked. 1, 0 or -errno; the directory is locked. */
static int is_still(struct dentry *dentry)
{
	struct inode *dir = d_inode(dentry->d_parent);
	struct dentry *probe, *found;
	int ret;

	probe = d_alloc(dentry->d_parent, &dentry->d_name);
	if (!probe)
		return -ENOMEM;
	found = dir->i_op->lookup(dir, probe, 0);
	if (IS_ERR(found)) {
		ret = PTR_ERR(found);
	} else {
		ret = d_inode(found ?: probe) == d_inode(dentry);
		if (found != dentry)
			d_drop(found ?: probe);		/* one dentry is enough, and open files have the other */
	}
	if (!IS_ERR_OR_NULL(found))
		dput(found);
	dput(probe);
	return ret == -ENOENT ? 0 : ret;
}

/*
 * Before what may have been done is done again: see to it that the new name is the server's. A directory has one dentry, which the
 * driver moves when it finds it there; so that is all that is left to do of it: 1. Else 0 or -errno.
 */
static int look_again(struct rumpvfs_mount *m, struct path *opath, const char *oname, unsigned int olen,
		      struct path *npath, const char *nname, unsigned int nlen)
{
	struct dentry *old, *new;
	struct qstr oq, nq;
	int ret;

	ret = rumpvfs_qstr(opath->dentry, oname, olen, &oq);
	if (!ret)
		ret = rumpvfs_qstr(npath->dentry, nname, nlen, &nq);
	if (ret)
		return ret;
	old = d_lookup(opath->dentry, &oq);
	inode_lock_nested(d_inode(npath->dentry), I_MUTEX_PARENT);
	new = d_lookup(npath->dentry, &nq);
	if (new) {
		ret = d_is_positive(new) ? is_still(new) : 0;
		if (!ret)
			d_drop(new);
	}
	dput(new);
	if (ret >= 0) {
		new = rumpvfs_child_excl(m, npath, nname, nlen, LOOKUP_RENAME_TARGET);
		ret = IS_ERR(new) ? PTR_ERR(new) : old && d_is_dir(new) && d_inode(old) == d_inode(new);
		if (!IS_ERR(new))
			dput(new);
	}
	inode_unlock(d_inode(npath->dentry));
	dput(old);
	return ret;
}

/* Is @inode what the client knows by this name? */
static bool was_named(struct rumpvfs_mount *m, struct inode *inode, struct dentry *dir, const char *name, unsigned int len)
{
	struct rumpvfs_node *node;
	bool ret;

	spin_lock(&m->lock);
	node = rumpvfs_node_find(m, inode);
	ret = node && node->dentry && node->dentry->d_parent == dir && node->dentry->d_name.len == len &&
	      !memcmp(node->dentry->d_name.name, name, len);
	spin_unlock(&m->lock);
	return ret;
}

/*
 * The same with both directories locked and both names looked up. 1: it was done, and there is nothing left to do; 0: it is to be done
 * now; or -errno.
 */
static int done_before(struct rumpvfs_mount *m, struct dentry *dir, const char *name, unsigned int len,
		       struct dentry *old, struct dentry *new)
{
	int ret;

	if (d_is_negative(old))
		return d_is_positive(new) && was_named(m, d_inode(new), dir, name, len) ? 1 : -ENOENT;
	if (old == new || d_inode(old) != d_inode(new))
		return 0;
	ret = is_still(old);
	if (ret)
		return min(ret, 0);	/* two names of one file */
	d_move(old, new);
	return 1;
}

/* Tell the node table which names went where. The inodes are pinned. */
static void names_moved(struct rumpvfs_mount *m, u64 op, const char *oname, unsigned int olen,
			u64 np, const char *nname, unsigned int nlen,
			struct inode *source, struct inode *target, unsigned int flags)
{
	if (source == target)
		return;		/* nothing happened */
	if (target && (flags & RENAME_EXCHANGE))
		rumpvfs_name_moved(m, np, target, nname, nlen, oname, olen);
	else if (target)
		rumpvfs_name_gone(m, np, target, nname, nlen);
	rumpvfs_name_moved(m, op, source, oname, olen, nname, nlen);
}

int rumpvfs_rename(struct rumpvfs_mount *m, unsigned long long op, const char *oname,
		   unsigned int olen, unsigned long long np, const char *nname,
		   unsigned int nlen, unsigned int flags)
{
	struct inode *source = NULL, *target = NULL;
	struct dentry *old, *new, *trap;
	struct path opath, npath;
	bool again = flags & RUMPVFS_AGAIN, ask;
	struct renamedata rd = {};
	int err;

	flags &= ~RUMPVFS_AGAIN;
	if (flags & ~(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
		return -EINVAL;
	if ((flags & RENAME_EXCHANGE) && (flags & (RENAME_NOREPLACE | RENAME_WHITEOUT)))
		return -EINVAL;
	err = rumpvfs_check_name(oname, olen);
	if (!err)
		err = rumpvfs_check_name(nname, nlen);
	if (err)
		return err;
	if (is_dots(oname, olen))
		return -EBUSY;
	if (is_dots(nname, nlen))
		return flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	err = rumpvfs_dir_path(m, op, &opath);
	if (err)
		return err;
	err = rumpvfs_dir_path(m, np, &npath);
	if (err)
		goto out_opath;
	err = opath.dentry->d_sb == npath.dentry->d_sb ? mnt_want_write(opath.mnt) : -EXDEV;
	if (err)
		goto out_npath;

	if (again) {
		err = look_again(m, &opath, oname, olen, &npath, nname, nlen);
		if (err) {
			err = min(err, 0);
			goto out_write;
		}
	}
	trap = lock_rename(npath.dentry, opath.dentry);
	old = rumpvfs_child_excl(m, &opath, oname, olen, 0);
	if (IS_ERR(old)) {
		err = PTR_ERR(old);
		goto out_unlock;
	}
	err = -ENOENT;
	if (d_is_negative(old) && !again)
		goto out_old;
	/* A server that would replace is asked whether there is nothing. */
	ask = flags & RENAME_EXCHANGE || (flags & RENAME_NOREPLACE && rumpvfs_by_name());
	new = rumpvfs_child_excl(m, &npath, nname, nlen, ask ? 0 : LOOKUP_RENAME_TARGET);
	if (IS_ERR(new)) {
		err = PTR_ERR(new);
		goto out_old;
	}
	if (again) {
		err = done_before(m, opath.dentry, oname, olen, old, new);
		if (err > 0)
			rumpvfs_name_moved(m, op, d_inode(new), oname, olen, nname, nlen);
		if (err) {
			err = min(err, 0);
			goto out_doubt;
		}
	}
	err = check(old, new, trap, flags);
	if (err)
		goto out_new;

	source = d_inode(old);
	ihold(source);
	if (d_is_positive(new)) {
		target = d_inode(new);
		ihold(target);
		if (target != source && !(flags & RENAME_EXCHANGE))
			rumpvfs_yield(m, new);
	}
	rd.old_mnt_userns = rumpvfs_userns(m);
	rd.old_dir = d_inode(opath.dentry);
	rd.old_dentry = old;
	rd.new_mnt_userns = rumpvfs_userns(m);
	rd.new_dir = d_inode(npath.dentry);
	rd.new_dentry = new;
	rd.flags = flags;
	err = vfs_rename(&rd);
	if (!err)
		names_moved(m, op, oname, olen, np, nname, nlen, source, target, flags);
out_doubt:
	/* The client moves what it believes along, and we what was told; or the target was given up in vain. */
	if (m->doubt) {
		m->doubt(m->ctx, np, nname, nlen);
		if (err)	/* it may have been done, and not been said */
			m->doubt(m->ctx, op, oname, olen);
	}
out_new:
	dput(new);
out_old:
	dput(old);
out_unlock:
	unlock_rename(npath.dentry, opath.dentry);
	iput(target);
	iput(source);
out_write:
	mnt_drop_write(opath.mnt);
out_npath:
	rumpvfs_path_put(&npath);
out_opath:
	rumpvfs_path_put(&opath);
	return rumpvfs_ret(err);
}
