// SPDX-License-Identifier: GPL-2.0-only
/*
 * rename, exchange and whiteout between two directories of a mount.
 */
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
	struct renamedata rd = {};
	int err;

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

	trap = lock_rename(npath.dentry, opath.dentry);
	old = rumpvfs_child_excl(m, &opath, oname, olen, 0);
	if (IS_ERR(old)) {
		err = PTR_ERR(old);
		goto out_unlock;
	}
	err = -ENOENT;
	if (d_is_negative(old))
		goto out_old;
	new = rumpvfs_child_excl(m, &npath, nname, nlen,
				 flags & RENAME_EXCHANGE ? 0 : LOOKUP_RENAME_TARGET);
	if (IS_ERR(new)) {
		err = PTR_ERR(new);
		goto out_old;
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
	/* The client moves what it believes along, and we what was told; or the target was given up in vain. */
	if (m->doubt)
		m->doubt(m->ctx, np, nname, nlen);
out_new:
	dput(new);
out_old:
	dput(old);
out_unlock:
	unlock_rename(npath.dentry, opath.dentry);
	iput(target);
	iput(source);
	mnt_drop_write(opath.mnt);
out_npath:
	rumpvfs_path_put(&npath);
out_opath:
	rumpvfs_path_put(&opath);
	return rumpvfs_ret(err);
}
