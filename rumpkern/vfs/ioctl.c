// SPDX-License-Identifier: GPL-2.0-only
/*
 * ioctl: the commands of the VFS that make sense on a file by handle, then those
 * of the driver. User memory is the host's, so a driver's copy_to_user() writes
 * where the client points. Nobody has checked the caller's right to a command,
 * so the plain credentials are used.
 */
#include <linux/fs.h>
#include <linux/file.h>
#include <linux/fileattr.h>
#include <linux/uaccess.h>
#include "rumpvfs_private.h"

static long get_flags(struct file *f, unsigned int __user *arg)
{
	struct fileattr fa = { .flags_valid = true };
	int err = vfs_fileattr_get(f->f_path.dentry, &fa);

	return err ? err : put_user(fa.flags, arg);
}

static long get_xflags(struct file *f, struct fsxattr __user *arg)
{
	struct fileattr fa = { .fsx_valid = true };
	int err = vfs_fileattr_get(f->f_path.dentry, &fa);

	return err ? err : copy_fsxattr_to_user(&fa, arg);
}

static long set_fileattr(struct file *f, struct fileattr *fa)
{
	int err;

	err = mnt_want_write_file(f);
	if (err)
		return err;
	err = vfs_fileattr_set(file_mnt_user_ns(f), f->f_path.dentry, fa);
	mnt_drop_write_file(f);
	return err;
}

static long set_flags(struct file *f, unsigned int __user *arg)
{
	struct fileattr fa;
	unsigned int flags;

	if (get_user(flags, arg))
		return -EFAULT;
	fileattr_fill_flags(&fa, flags);
	return set_fileattr(f, &fa);
}

static long set_xflags(struct file *f, struct fsxattr __user *arg)
{
	struct fileattr fa;
	struct fsxattr x;

	if (copy_from_user(&x, arg, sizeof(x)))
		return -EFAULT;
	fileattr_fill_xflags(&fa, x.fsx_xflags);
	fa.fsx_extsize = x.fsx_extsize;
	fa.fsx_nextents = x.fsx_nextents;
	fa.fsx_projid = x.fsx_projid;
	fa.fsx_cowextsize = x.fsx_cowextsize;
	return set_fileattr(f, &fa);
}

static long vfs_command(struct file *f, unsigned int cmd, void __user *arg)
{
	switch (cmd) {
	case FS_IOC_GETFLAGS:
		return get_flags(f, arg);
	case FS_IOC_SETFLAGS:
		return set_flags(f, arg);
	case FS_IOC_FSGETXATTR:
		return get_xflags(f, arg);
	case FS_IOC_FSSETXATTR:
		return set_xflags(f, arg);
	case FIGETBSZ:
		return put_user((int)i_blocksize(file_inode(f)), (int __user *)arg);
	case FIFREEZE:		/* nobody but the client could thaw it again */
	case FITHAW:
		return -EOPNOTSUPP;
	case FICLONE:		/* name a file by descriptor */
	case FICLONERANGE:
	case FIDEDUPERANGE:
		return -EOPNOTSUPP;
	}
	return -ENOIOCTLCMD;
}

long rumpvfs_ioctl(struct rumpvfs_mount *m, unsigned long long file, unsigned int cmd, void *arg)
{
	struct file *f = rumpvfs_file(m, file);
	const struct cred *old;
	long ret;

	if (!f)
		return -EBADF;
	old = rumpvfs_cred_plain();
	if (IS_ERR(old)) {
		ret = PTR_ERR(old);
		goto out;
	}
	ret = vfs_command(f, cmd, (void __user *)arg);
	if (ret == -ENOIOCTLCMD && f->f_op->unlocked_ioctl)
		ret = f->f_op->unlocked_ioctl(f, cmd, (unsigned long)arg);
	rumpvfs_cred_restore(old);
out:
	fput(f);
	return rumpvfs_ret(ret);
}
