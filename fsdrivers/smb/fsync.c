// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsync when the server has been away: the driver opens its files again before it reads or writes,
 * but asks for the flush by the number that the file had before, which the new server does not know
 * (EBADF), or learns on the way that it has to connect again (EAGAIN). On a hard mount open the file
 * again, and ask again. What was written before is at the server: it has answered that.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "cifsfs.h"

#define PAUSE_MS	20

int __real_cifs_strict_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int __real_cifs_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int __wrap_cifs_strict_fsync(struct file *file, loff_t start, loff_t end, int datasync);
int __wrap_cifs_fsync(struct file *file, loff_t start, loff_t end, int datasync);

/* @rc is called so since free_xid() wants it. */
static int flush_again(struct file *file, int rc)
{
	struct cifsFileInfo *cfile = file->private_data;
	struct cifs_tcon *tcon = tlink_tcon(cfile->tlink);
	unsigned int xid;

	while ((rc == -EAGAIN || rc == -EBADF) && tcon->retry && !signal_pending(current)) {
		rc = cifs_get_writable_file(CIFS_I(file_inode(file)), FIND_WR_ANY, &cfile);
		if (rc == -EBADF)
			break;		/* nobody has it open to write */
		if (rc == -EBUSY)
			rc = -EAGAIN;	/* by the session that was lost, perhaps, which the server has yet to end */
		if (!rc) {
			xid = get_xid();
			rc = tcon->ses->server->ops->flush(xid, tcon, &cfile->fid);
			free_xid(xid);
			cifsFileInfo_put(cfile);
		}
		if (rc == -EAGAIN || rc == -EBADF)
			msleep_interruptible(PAUSE_MS);
	}
	return rc;
}

int __wrap_cifs_strict_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return flush_again(file, __real_cifs_strict_fsync(file, start, end, datasync));
}

int __wrap_cifs_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return flush_again(file, __real_cifs_fsync(file, start, end, datasync));
}
