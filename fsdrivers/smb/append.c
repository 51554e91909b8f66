// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the end of a file is (O_APPEND). What goes to the server at once, since there is no lease to write or since cache=none, the
 * driver puts where it believes the end to be. It knows that from when it last asked, and does not hear of what another client appends:
 * of two that did so by turns each wrote over what the other had written. With cache=none even a mount alone lost some, since
 * an answer from before a write, come after it, set the length back. So the server is asked each time. Between the
 * question and the write another client can still come; in this mount the host lets in one writer of a file at a time.
 */
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/pagemap.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "cifsfs.h"
#include "cifs_fs_sb.h"

#define PAUSE_MS	20

ssize_t __real_generic_write_checks(struct kiocb *iocb, struct iov_iter *from);
ssize_t __wrap_generic_write_checks(struct kiocb *iocb, struct iov_iter *from);

/* @rc is called so since free_xid() wants it. */
static int ask_end(struct file *file, loff_t *end)
{
	struct cifsFileInfo *cfile = file->private_data;
	struct cifs_tcon *tcon = tlink_tcon(cfile->tlink);
	struct cifs_open_info_data data = {};
	unsigned int xid;
	int rc;

	for (;;) {
		/* When the server has been away, this opens it again. */
		rc = cifs_get_writable_file(CIFS_I(file_inode(file)), FIND_WR_ANY, &cfile);
		if (!rc) {
			xid = get_xid();
			rc = tcon->ses->server->ops->query_file_info(xid, tcon, cfile, &data);
			free_xid(xid);
			cifsFileInfo_put(cfile);
			cifs_free_open_info(&data);
			data.symlink_target = NULL;
		}
		if (rc != -EAGAIN)
			break;
		if (msleep_interruptible(PAUSE_MS))
			return -EINTR;
	}
	if (!rc)
		*end = le64_to_cpu(data.fi.EndOfFile);
	return rc;
}

/* Does what is written stay here for a while? Then the end is known here. */
static bool is_kept(struct inode *inode)
{
	return CIFS_CACHE_WRITE(CIFS_I(inode)) && !(CIFS_SB(inode->i_sb)->mnt_cifs_flags & CIFS_MOUNT_DIRECT_IO);
}

/* Other file systems of the kernel call it too. */
ssize_t __wrap_generic_write_checks(struct kiocb *iocb, struct iov_iter *from)
{
	struct inode *inode = file_inode(iocb->ki_filp);
	ssize_t ret;

	if (!(iocb->ki_flags & IOCB_APPEND) || inode->i_sb->s_magic != CIFS_SUPER_MAGIC || is_kept(inode) || !iov_iter_count(from))
		return __real_generic_write_checks(iocb, from);
	/* A lease that was lost just now leaves pages that are on their way. */
	ret = filemap_write_and_wait(inode->i_mapping);
	if (!ret)
		ret = ask_end(iocb->ki_filp, &iocb->ki_pos);
	/* An old server, of version 1.0, where who writes only may not ask. */
	if (ret == -EOPNOTSUPP || ret == -EINVAL || ret == -EACCES)
		return __real_generic_write_checks(iocb, from);
	if (ret)
		return ret;
	iocb->ki_flags &= ~IOCB_APPEND;
	ret = __real_generic_write_checks(iocb, from);
	iocb->ki_flags |= IOCB_APPEND;
	return ret;
}
