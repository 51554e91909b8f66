// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are opened alike are one open file for the driver and the server, and flock(2) locks
 * belong to that: who unlocks, or closes, without having a lock would end that of another process.
 * Who has one is in the kernel's own table.
 */
#include <linux/fs.h>
#include "cifsglob.h"
#include "cifsfs.h"

int __real_cifs_flock(struct file *file, int cmd, struct file_lock *fl);
int __wrap_cifs_flock(struct file *file, int cmd, struct file_lock *fl);

static bool has_lock(struct file *file)
{
	struct file_lock_context *ctx = locks_inode_context(file_inode(file));
	struct file_lock *fl;
	bool has = false;

	if (!ctx)
		return false;
	spin_lock(&ctx->flc_lock);
	list_for_each_entry(fl, &ctx->flc_flock, fl_list)
		has |= fl->fl_file == file;
	spin_unlock(&ctx->flc_lock);
	return has;
}

int __wrap_cifs_flock(struct file *file, int cmd, struct file_lock *fl)
{
	if (fl->fl_type == F_UNLCK && !has_lock(file))
		return 0;
	return __real_cifs_flock(file, cmd, fl);
}
