// SPDX-License-Identifier: GPL-2.0-only
/*
 * File systems below the mounted one: exports in an export. The driver makes a directory of each (IS_AUTOMOUNT) and mounts it when
 * asked to (d_automount). In a kernel the mount is attached to the directory, in a name space; here there is none, and the
 * node of the directory stands for the root of what is below as soon as somebody has entered it: opened it, or looked
 * for a name in it. A stat of the directory, as a listing has it of all of them, mounts nothing.
 *
 * For the client all of it is one file system. So file numbers of what is below are mixed with a number of its own, and
 * the directory keeps the one that it has where it stands. Between two of them nothing can be renamed or linked (EXDEV).
 *
 * What was entered stays until the mount ends. rumpvfs_mount.below has a reference to the mount of each, and to
 * the inode of its directory. Under rumpvfs_mount.lock.
 */
#include <linux/fs_context.h>
#include <linux/mount.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

#define KEPT_FLAGS	(MNT_NOSUID | MNT_NODEV | MNT_NOEXEC | MNT_NOATIME | MNT_NODIRATIME | MNT_RELATIME)

struct rumpvfs_below {
	struct list_head list;
	struct inode *at;
	struct vfsmount *mnt;
	struct super_block *sb;		/* of mnt; at the end only to be waited for */
};

bool __weak rumpvfs_enters(const struct inode *inode)
{
	return false;
}

bool rumpvfs_mine(struct rumpvfs_mount *m, const struct super_block *sb)
{
	const struct rumpvfs_below *b;

	if (sb == m->sb)
		return true;
	list_for_each_entry(b, &m->below, list)
		if (b->sb == sb)
			return true;
	return false;
}

struct vfsmount *rumpvfs_mnt_of(struct rumpvfs_mount *m, const struct super_block *sb)
{
	struct rumpvfs_below *b;

	if (sb != m->sb)
		list_for_each_entry(b, &m->below, list)
			if (b->sb == sb)
				return b->mnt;
	return m->mnt;
}

struct inode *rumpvfs_at(struct rumpvfs_mount *m, const struct inode *root)
{
	const struct rumpvfs_below *b;

	list_for_each_entry(b, &m->below, list)
		if (d_inode(b->mnt->mnt_root) == root)
			return b->at;
	return NULL;
}

struct dentry *rumpvfs_root_at(struct rumpvfs_mount *m, const struct inode *at)
{
	const struct rumpvfs_below *b;

	list_for_each_entry(b, &m->below, list)
		if (b->at == at)
			return b->mnt->mnt_root;
	return NULL;
}

u64 rumpvfs_ino(struct rumpvfs_mount *m, const struct dentry *dentry, u64 ino)
{
	const struct super_block *sb = dentry->d_sb;
	const struct inode *at;

	if (likely(sb == m->sb))
		return ino;
	at = ino == d_inode(dentry)->i_ino ? rumpvfs_at(m, d_inode(dentry)) : NULL;
	if (at) {
		ino = at->i_ino;
		sb = at->i_sb;
	}
	return sb == m->sb ? ino : ino ^ (u64)MINOR(sb->s_dev) << 48;
}

/* A new mount of what is at @path; the driver gives it with two references, lest it expire at once. */
static struct vfsmount *mount_below(struct rumpvfs_mount *m, struct path *path)
{
	struct vfsmount *mnt = path->dentry->d_op->d_automount(path);

	if (IS_ERR_OR_NULL(mnt))
		return mnt ?: ERR_PTR(-EREMOTE);
	mntput(mnt);
	mnt->mnt_flags |= m->mnt->mnt_flags & KEPT_FLAGS;
	rumpvfs_set_readahead(mnt->mnt_sb);
	return mnt;
}

int rumpvfs_below_enter(struct rumpvfs_mount *m, struct path *path)
{
	struct inode *at = d_inode(path->dentry);
	struct rumpvfs_below *new;
	struct dentry *root;
	int err;

	if (likely(!IS_AUTOMOUNT(at)))
		return 0;
	if (!rumpvfs_enters(at))
		return -EREMOTE;
	new = kzalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->mnt = mount_below(m, path);
	if (IS_ERR(new->mnt)) {
		err = PTR_ERR(new->mnt);
		kfree(new);
		return err;
	}
	spin_lock(&m->lock);
	root = rumpvfs_root_at(m, at);
	if (!root) {
		ihold(at);
		new->at = at;
		new->sb = new->mnt->mnt_sb;
		root = new->mnt->mnt_root;
		list_add_tail(&new->list, &m->below);
	}
	path->mnt = rumpvfs_mnt_of(m, root->d_sb);
	dget(root);
	spin_unlock(&m->lock);
	dput(path->dentry);
	path->dentry = root;
	if (!new->at) {			/* somebody else was faster */
		mntput(new->mnt);
		kfree(new);
	}
	return 0;
}

int rumpvfs_below_sync(struct rumpvfs_mount *m)
{
	struct rumpvfs_below *b;
	int err = 0, late;

	list_for_each_entry(b, &m->below, list) {	/* none goes before the mount does */
		struct super_block *sb = b->sb;

		down_read(&sb->s_umount);
		late = sync_filesystem(sb);
		up_read(&sb->s_umount);
		err = err ?: late;
	}
	return err;
}

void rumpvfs_below_end(struct rumpvfs_mount *m)
{
	struct rumpvfs_below *b;

	list_for_each_entry(b, &m->below, list)		/* of which some are in others */
		iput(b->at);
	list_for_each_entry(b, &m->below, list)
		mntput(b->mnt);
}

void rumpvfs_below_free(struct rumpvfs_mount *m)
{
	struct rumpvfs_below *b, *next;

	list_for_each_entry_safe(b, next, &m->below, list)
		kfree(b);
}
