// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open when the connection breaks. Who reads or writes has the driver open them again; who asks for holes, or has the server
 * copy, asks by the number that the file had before, and is told EBADF. Where there is another way it is taken: that all is data is always true
 * enough, and what the server does not copy its client reads and writes, which opens the files again.
 */
#include <linux/fs.h>
#include "cifsglob.h"
#include "cifsfs.h"
#include "smb.h"

int __real_cifs_revalidate_file_attr(struct file *file);
int __wrap_cifs_revalidate_file_attr(struct file *file);

static loff_t (*driver_llseek)(struct file *, struct cifs_tcon *, loff_t, int);
static ssize_t (*driver_copychunk)(const unsigned int, struct cifsFileInfo *, struct cifsFileInfo *, u64, u64, u64);

static loff_t seek(struct file *file, struct cifs_tcon *tcon, loff_t off, int whence)
{
	const struct cifsFileInfo *cfile = file->private_data;
	loff_t pos = driver_llseek(file, tcon, off, whence);

	if (pos != -EBADF || !cfile->invalidHandle)
		return pos;
	return vfs_setpos(file, whence == SEEK_HOLE ? i_size_read(file_inode(file)) : off, file_inode(file)->i_sb->s_maxbytes);
}

/* How long the file is, before. Its name will do. */
int __wrap_cifs_revalidate_file_attr(struct file *file)
{
	const struct cifsFileInfo *cfile = file->private_data;
	int rc = __real_cifs_revalidate_file_attr(file);

	return rc == -EBADF && cfile->invalidHandle ? cifs_revalidate_dentry_attr(file_dentry(file)) : rc;
}

/* EOPNOTSUPP: the driver copies by itself. */
static ssize_t copy(const unsigned int xid, struct cifsFileInfo *from, struct cifsFileInfo *to, u64 from_off, u64 len, u64 to_off)
{
	ssize_t rc = driver_copychunk(xid, from, to, from_off, len, to_off);

	return rc == -EBADF && (from->invalidHandle || to->invalidHandle) ? -EOPNOTSUPP : rc;
}

SMB3_OPERATION(llseek, seek, driver_llseek);
SMB3_OPERATION(copychunk_range, copy, driver_copychunk);
