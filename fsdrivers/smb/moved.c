// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories that another client has renamed. When the driver finds one under its new name, while it still knows the old one, it takes
 * the server for one whose file numbers mean nothing (cifs_iget()), and makes up numbers of its own for all files of the mount,
 * for ever: they change under open files, hard links are not seen, and who works in the directory has lost it.
 *
 * So ask the server for the old name first. If that is gone the directory has moved, and the driver's dentry moves with it
 * (d_splice_alias()), with all that is open below. If the server has it under both names, the driver is right.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include "cifsglob.h"
#include "cifsfs.h"

struct inode *__real_iget5_locked(struct super_block *sb, unsigned long hash, int (*test)(struct inode *, void *),
				  int (*set)(struct inode *, void *), void *data);
struct inode *__wrap_iget5_locked(struct super_block *sb, unsigned long hash, int (*test)(struct inode *, void *),
				  int (*set)(struct inode *, void *), void *data);

/* Let the name by which @inode, a directory, is known be forgotten if the server does not have it any more. Asks the server. */
static void forget_old_name(struct inode *inode)
{
	struct dentry *old = d_find_any_alias(inode);

	if (!old)
		return;
	if (!IS_ROOT(old) && !d_unhashed(old)) {
		CIFS_I(inode)->time = 0;		/* believe nothing */
		if (!old->d_op->d_revalidate(old, 0))
			d_drop(old);
	}
	dput(old);
}

/* Of the driver only cifs_iget() calls it. What the inode is compared with is told whether it is a directory that has a name. */
struct inode *__wrap_iget5_locked(struct super_block *sb, unsigned long hash, int (*test)(struct inode *, void *),
				  int (*set)(struct inode *, void *), void *data)
{
	struct inode *inode = __real_iget5_locked(sb, hash, test, set, data);
	struct cifs_fattr *fattr = data;

	if (inode && sb->s_magic == CIFS_SUPER_MAGIC && fattr->cf_flags & CIFS_FATTR_INO_COLLISION)
		forget_old_name(inode);
	return inode;
}
