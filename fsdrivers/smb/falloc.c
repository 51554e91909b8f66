// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reserving space. The protocol has no call for it, so the driver asks the server what of the range is a hole, and fills that
 * with zeros (smb3_simple_falloc()). What was written there and is on its way meanwhile it does not wait for: if it arrives
 * between the question and the zeros it is lost. So everything is at the server first, and nothing is added
 * until the zeros are there as well. The other kinds of fallocate see to that themselves.
 *
 * All kinds ask by the number that the file had before the connection broke (EBADF); so it is opened again, and asked again.
 */
#include <linux/fs.h>
#include <linux/falloc.h>
#include "cifsglob.h"
#include "cifsproto.h"
#include "smb.h"

static long (*driver_fallocate)(struct file *, struct cifs_tcon *, int, loff_t, loff_t);

static long ask(struct file *file, struct cifs_tcon *tcon, int mode, loff_t off, loff_t len)
{
	const struct cifsFileInfo *cfile = file->private_data;
	long rc = driver_fallocate(file, tcon, mode, off, len);
	struct cifsFileInfo *open;

	if (rc != -EBADF || !cfile->invalidHandle)
		return rc;
	rc = cifs_get_writable_file(CIFS_I(file_inode(file)), FIND_WR_ANY, &open);	/* opens it again */
	if (rc)
		return rc;
	cifsFileInfo_put(open);
	return driver_fallocate(file, tcon, mode, off, len);
}

static long reserve(struct file *file, struct cifs_tcon *tcon, int mode, loff_t off, loff_t len)
{
	struct inode *inode = file_inode(file);
	long rc;

	if (mode & ~FALLOC_FL_KEEP_SIZE)
		return ask(file, tcon, mode, off, len);
	inode_lock(inode);
	rc = filemap_write_and_wait(inode->i_mapping);
	if (!rc)
		rc = ask(file, tcon, mode, off, len);
	inode_unlock(inode);
	return rc;
}

SMB3_OPERATION(fallocate, reserve, driver_fallocate);
