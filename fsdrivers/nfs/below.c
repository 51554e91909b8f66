// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports below the mounted one. Those of the same server are entered (vfs/below.c); a referral is not, as the names of
 * other servers are the host's to resolve. What was entered does not expire: a kernel unmounts it when nobody has used
 * it for ten minutes, but it is attached to nothing here.
 */
#include <linux/init.h>
#include <linux/nfs_fs.h>
#include <asm/rump.h>
#include "internal.h"

extern int nfs_mountpoint_expiry_timeout;	/* which is in no header */

bool rumpvfs_enters(const struct inode *inode)
{
	return inode->i_op == &nfs_mountpoint_inode_operations;
}

static int __init below_init(void)
{
	nfs_mountpoint_expiry_timeout = -1;
	return 0;
}
late_initcall(below_init);
