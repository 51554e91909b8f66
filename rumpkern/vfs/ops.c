// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table that clients see (rump_kernel.vfs).
 */
#include "rumpvfs_private.h"

const struct rumpvfs_ops rumpvfs_ops = {
	.mount		= rumpvfs_mount,
	.remount	= rumpvfs_remount,
	.umount		= rumpvfs_umount,
	.info		= rumpvfs_info,
	.statfs		= rumpvfs_statfs,
	.syncfs		= rumpvfs_syncfs,

	.enter		= rumpvfs_enter,
	.leave		= rumpvfs_leave,
	.pause		= rumpvfs_pause,

	.lookup		= rumpvfs_lookup,
	.forget		= rumpvfs_forget,
	.mknod		= rumpvfs_mknod,
	.mkdir		= rumpvfs_mkdir,
	.symlink	= rumpvfs_symlink,
	.link		= rumpvfs_link,
	.unlink		= rumpvfs_unlink,
	.rmdir		= rumpvfs_rmdir,
	.rename		= rumpvfs_rename,
	.readlink	= rumpvfs_readlink,

	.getattr	= rumpvfs_getattr,
	.peekattr	= rumpvfs_peekattr,
	.setattr	= rumpvfs_setattr,
	.kill_priv	= rumpvfs_kill_priv,
	.access		= rumpvfs_access,
	.getxattr	= rumpvfs_getxattr,
	.listxattr	= rumpvfs_listxattr,
	.setxattr	= rumpvfs_setxattr,
	.removexattr	= rumpvfs_removexattr,

	.open		= rumpvfs_open,
	.create		= rumpvfs_create,
	.tmpfile	= rumpvfs_tmpfile,
	.flush		= rumpvfs_flush,
	.release	= rumpvfs_release,
	.read		= rumpvfs_read,
	.read_done	= rumpvfs_read_done,
	.write		= rumpvfs_write,
	.write_early	= rumpvfs_write_early,
	.written	= rumpvfs_written,
	.fsync		= rumpvfs_fsync,
	.fallocate	= rumpvfs_fallocate,
	.lseek		= rumpvfs_lseek,
	.copy_file_range = rumpvfs_copy_file_range,
	.is_written	= rumpvfs_is_written,
	.forget_name	= rumpvfs_forget_name,
	.ioctl		= rumpvfs_ioctl,
	.getlk		= rumpvfs_getlk,
	.setlk		= rumpvfs_setlk,
	.flock		= rumpvfs_flock,
	.poll		= rumpvfs_poll,

	.readdir	= rumpvfs_readdir,
};
