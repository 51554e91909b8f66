// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the bridge wants to know of this driver (asm/rump.h).
 *
 * How long names and attributes hold: the driver believes what the server said for actimeo= (acregmax=,
 * acdirmax=), and asks again then. What is left of that the host may believe without asking
 * the driver. Not of a file that is open here, also when its closing is put off: its attributes are the driver's own, by
 * a lease, or must be asked for. This is the rule of cifs_dentry_needs_reval().
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <asm/rump.h>
#include "cifsglob.h"
#include "cifsfs.h"
#include "cifs_fs_sb.h"
#include "fs_context.h"

/* Without a dentry it asks the server for the root. */
bool rumpvfs_by_name(void)
{
	return true;
}

u64 rumpvfs_valid_ns(struct dentry *dentry, bool reading)
{
	struct inode *inode = d_inode(dentry);
	struct cifs_sb_info *cifs_sb = CIFS_SB(inode->i_sb);
	struct cifsInodeInfo *cifs_i = CIFS_I(inode);
	unsigned long age = jiffies - cifs_i->time, max;

	max = S_ISDIR(inode->i_mode) ? cifs_sb->ctx->acdirmax : cifs_sb->ctx->acregmax;
	if (!cifs_i->time || !lookupCacheEnabled || age >= max)
		return 0;
	if (S_ISREG(inode->i_mode) && !list_empty(&cifs_i->openFileList))
		return 0;
	if (!(cifs_sb->mnt_cifs_flags & CIFS_MOUNT_SERVER_INUM) && S_ISREG(inode->i_mode) &&
	    inode->i_nlink != 1)
		return 0;
	return jiffies_to_nsecs(max - age);
}
