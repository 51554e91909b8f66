// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes. Values and lists are the caller's memory, which is the
 * kernel's as well; sizes are as in the system calls.
 *
 * A client need not have checked who may change an ACL (system.*), so that is
 * decided here, by ownership alone; labels and capabilities (security.*) it has.
 */
#include <linux/xattr.h>
#include "rumpvfs_private.h"

static int check_name(const char *name)
{
	size_t n = strnlen(name, XATTR_NAME_MAX + 1);

	return n == 0 || n > XATTR_NAME_MAX ? -ERANGE : 0;
}

static const struct cred *cred_for(const char *name)
{
	if (!strncmp(name, XATTR_SYSTEM_PREFIX, XATTR_SYSTEM_PREFIX_LEN))
		return rumpvfs_cred_plain();
	if (!strncmp(name, XATTR_SECURITY_PREFIX, XATTR_SECURITY_PREFIX_LEN))
		return rumpvfs_cred_security();
	return NULL;
}

long rumpvfs_getxattr(struct rumpvfs_mount *m, unsigned long long node, const char *name,
		      void *buf, unsigned long size)
{
	struct path path;
	long ret;

	ret = check_name(name);
	if (ret)
		return ret;
	ret = rumpvfs_path(m, node, &path);
	if (ret)
		return ret;
	size = min_t(unsigned long, size, XATTR_SIZE_MAX);
	ret = vfs_getxattr(rumpvfs_userns(m), path.dentry, name, size ? buf : NULL, size);
	if (ret > 0 && size && ret > size)
		ret = -ERANGE;
	return rumpvfs_path_end(&path, ret);
}

long rumpvfs_listxattr(struct rumpvfs_mount *m, unsigned long long node,
		       char *buf, unsigned long size)
{
	struct path path;
	long ret;

	ret = rumpvfs_path(m, node, &path);
	if (ret)
		return ret;
	size = min_t(unsigned long, size, XATTR_LIST_MAX);
	return rumpvfs_path_end(&path, vfs_listxattr(path.dentry, size ? buf : NULL, size));
}

/* Set, or with @value being an error pointer remove. */
static int change(struct rumpvfs_mount *m, unsigned long long node, const char *name,
		  const void *value, unsigned long size, int flags)
{
	const struct cred *old;
	struct path path;
	int err;

	err = check_name(name);
	if (err)
		return err;
	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	err = mnt_want_write(path.mnt);
	if (err)
		goto out;
	old = cred_for(name);
	if (IS_ERR(old)) {
		err = PTR_ERR(old);
	} else {
		if (IS_ERR(value))
			err = vfs_removexattr(rumpvfs_userns(m), path.dentry, name);
		else
			err = vfs_setxattr(rumpvfs_userns(m), path.dentry, name, value, size, flags);
		rumpvfs_cred_restore(old);
	}
	mnt_drop_write(path.mnt);
out:
	return rumpvfs_path_end(&path, err);
}

int rumpvfs_setxattr(struct rumpvfs_mount *m, unsigned long long node, const char *name,
		     const void *value, unsigned long size, int flags)
{
	if (flags & ~(XATTR_CREATE | XATTR_REPLACE))
		return -EINVAL;
	if (size > XATTR_SIZE_MAX)
		return -E2BIG;
	return change(m, node, name, value, size, flags);
}

int rumpvfs_removexattr(struct rumpvfs_mount *m, unsigned long long node, const char *name)
{
	return change(m, node, name, ERR_PTR(-ENODATA), 0, 0);
}
