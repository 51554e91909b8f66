// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reserving space. The protocol has no call for it, so the driver asks the server what of the range is a hole, and fills that
 * with zeros (smb3_simple_falloc()). What was written there and is on its way meanwhile it does not wait for: if it arrives
 * between the question and the zeros it is lost. So everything is at the server first, and nothing is added
 * until the zeros are there as well. The other kinds of fallocate see to that themselves.
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include "cifsglob.h"
#include "smb.h"

static long (*driver_fallocate)(struct file *, struct cifs_tcon *, int, loff_t, loff_t);

static long reserve(struct file *file, struct cifs_tcon *tcon, int mode, loff_t off, loff_t len)
{
	struct inode *inode = file_inode(file);
	long rc;

	if (mode & ~FALLOC_FL_KEEP_SIZE)
		return driver_fallocate(file, tcon, mode, off, len);
	inode_lock(inode);
	rc = filemap_write_and_wait(inode->i_mapping);
	if (!rc)
		rc = driver_fallocate(file, tcon, mode, off, len);
	inode_unlock(inode);
	return rc;
}

SMB3_OPERATION(fallocate, reserve, driver_fallocate);
