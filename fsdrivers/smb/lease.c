// SPDX-License-Identifier: GPL-2.0-only
/*
 * When the driver loses a lease it drops the pages that it has cached, and then tells the server, which lets others write.
 *
 * Where it has none, since memory was short, it drops nothing, and nothing says to the client that its own are
 * as stale; so say it here, whatever the driver has. And until now the client need not have asked whether they are
 * good (valid.c): from now on it must.
 */
#include <linux/fs.h>
#include <asm/rump.h>
#include "cifsglob.h"
#include "cifsfs.h"

int __real_cifs_zap_mapping(struct inode *inode);
int __wrap_cifs_zap_mapping(struct inode *inode);

int __wrap_cifs_zap_mapping(struct inode *inode)
{
	int err = __real_cifs_zap_mapping(inode);

	if (!inode->i_mapping->nrpages)
		rumpvfs_inode_changed(inode);
	rumpvfs_promise_ends(inode);
	return err;
}
