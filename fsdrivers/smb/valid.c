// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the bridge wants to know of this driver (asm/rump.h).
 *
 * How long names and attributes hold: the driver believes what the server said for actimeo= (acregmax=,
 * acdirmax=), and asks again then. What is left of that the host may believe without asking
 * the driver: this is the rule of cifs_dentry_needs_reval().
 *
 * Of a file that is open here, also when its closing is put off, the driver believes nothing unless it has a lease to read: then all, as
 * long as it has it. The host may do so for actimeo= from when it asks, as if it had just been told: without that it asks before
 * each read, and the answer comes behind all that it reads ahead. It ends with the lease (lease.c). Not where the file
 * may be written to, since the server's times then come when it is closed.
 *
 * Who closes a file (closetimeo=0) goes on before the driver has closed it at the server: until then it has the lease, by
 * which it would believe what it knew before the file was written or read. It is asked to flush before he goes on.
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

/* Why the driver has @inode open, FMODE_*; 0: it has not. */
static fmode_t open_for(struct cifsInodeInfo *cifs_i)
{
	struct cifsFileInfo *cfile;
	fmode_t mode = 0;

	spin_lock(&cifs_i->open_file_lock);
	list_for_each_entry(cfile, &cifs_i->openFileList, flist)
		mode |= FMODE_READ | OPEN_FMODE(cfile->f_flags);
	spin_unlock(&cifs_i->open_file_lock);
	return mode;
}

u64 rumpvfs_valid_ns(struct dentry *dentry, bool reading)
{
	struct inode *inode = d_inode(dentry);
	struct cifs_sb_info *cifs_sb = CIFS_SB(inode->i_sb);
	struct cifsInodeInfo *cifs_i = CIFS_I(inode);
	unsigned long age = jiffies - cifs_i->time, max;
	fmode_t open = S_ISREG(inode->i_mode) ? open_for(cifs_i) : 0;

	max = S_ISDIR(inode->i_mode) ? cifs_sb->ctx->acdirmax : cifs_sb->ctx->acregmax;
	if (open && (open & FMODE_WRITE || !CIFS_CACHE_READ(cifs_i)))
		return 0;
	if (open)
		age = 0;
	if (!cifs_i->time || !lookupCacheEnabled || age >= max)
		return 0;
	if (!(cifs_sb->mnt_cifs_flags & CIFS_MOUNT_SERVER_INUM) && S_ISREG(inode->i_mode) &&
	    inode->i_nlink != 1)
		return 0;
	return jiffies_to_nsecs(max - age);
}

int __real_cifs_flush(struct file *file, fl_owner_t id);
int __wrap_cifs_flush(struct file *file, fl_owner_t id);

int __wrap_cifs_flush(struct file *file, fl_owner_t id)
{
	struct inode *inode = file_inode(file);
	int err = __real_cifs_flush(file, id);

	if (!CIFS_SB(inode->i_sb)->ctx->closetimeo)
		CIFS_I(inode)->time = 0;	/* ask the server */
	return err;
}
