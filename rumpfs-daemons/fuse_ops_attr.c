/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations on attributes: of files, extended ones, and of the file system. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "fuse_ops.h"

#define XATTR_MAX	65536

static int attr_reply(struct request *r, const struct rumpvfs_attr *attr)
{
	struct fuse_attr_out out = { 0 };

	attr_valid(r->s, attr, &out.attr_valid, &out.attr_valid_nsec);
	codec_attr(&out.attr, attr);
	reply_data(r, &out, sizeof(out));
	return 0;
}

/*
 * With a file it is the host kernel that asks, before a read whether its pages are still good, before a write for the
 * mode: stat(2) and fstat(2) never come with one.
 */
OP(getattr)
{
	const struct fuse_getattr_in *in = arg;
	struct rumpvfs_attr attr;
	int err;

	(void)len;
	if (in->getattr_flags & FUSE_GETATTR_FH)
		err = unfit_take(r->s, r->in->nodeid) ?: r->s->vfs->peekattr(r->s->mnt, r->in->nodeid, &attr);
	else
		err = r->s->vfs->getattr(r->s->mnt, r->in->nodeid, &attr);
	return err ? err : attr_reply(r, &attr);
}

OP(statx)
{
	struct fusep_statx_out out;
	struct rumpvfs_attr attr;
	int err;

	(void)arg;
	(void)len;
	err = r->s->vfs->getattr(r->s->mnt, r->in->nodeid, &attr);
	if (err)
		return err;
	memset(&out, 0, sizeof(out));
	attr_valid(r->s, &attr, &out.attr_valid, &out.attr_valid_nsec);
	codec_statx(&out.stat, &attr);
	reply_data(r, &out, sizeof(out));
	return 0;
}

OP(setattr)
{
	const struct fuse_setattr_in *in = arg;
	struct session *s = r->s;
	struct rumpvfs_attr attr;
	unsigned int set;
	int err;

	(void)len;
	set = codec_setattr(in, &attr);
	err = s->vfs->setattr(s->mnt, r->in->nodeid, in->valid & FATTR_FH ? in->fh : 0, set, &attr);
	return err ? err : attr_reply(r, &attr);
}

OP(access)
{
	const struct fuse_access_in *in = arg;

	(void)len;
	return r->s->vfs->access(r->s->mnt, r->in->nodeid, in->mask);
}

OP(statfs)
{
	struct fuse_statfs_out out;
	struct rumpvfs_statfs st;
	int err;

	(void)arg;
	(void)len;
	err = r->s->vfs->statfs(r->s->mnt, r->in->nodeid, &st);
	if (err)
		return err;
	memset(&out, 0, sizeof(out));
	codec_statfs(&out.st, &st);
	reply_data(r, &out, sizeof(out));
	return 0;
}

/* ENOSYS: the host kernel does not ask again, which saves a request at every write. */
static int xattr_supported(const struct request *r)
{
	return r->s->no_xattr ? -ENOSYS : 0;
}

/* The length, or the value, of what @n and @buf are the result of. */
static int xattr_reply(struct request *r, uint32_t size, const char *buf, long n)
{
	struct fuse_getxattr_out out = { 0 };

	if (n < 0)
		return n;
	if (size) {
		reply_data(r, buf, n);
	} else {
		out.size = n;
		reply_data(r, &out, sizeof(out));
	}
	return 0;
}

OP(getxattr)
{
	const struct fuse_getxattr_in *in = arg;
	const char *name = (const char *)(in + 1);
	uint32_t size = in->size < XATTR_MAX ? in->size : XATTR_MAX;
	char *buf = NULL;
	int err;

	err = xattr_supported(r);
	if (!err)
		err = codec_name(name, len - sizeof(*in), NULL, NULL);
	if (err < 0)
		return err;
	if (size) {
		buf = malloc(size);
		if (!buf)
			return -ENOMEM;
	}
	err = xattr_reply(r, size, buf,
			  r->s->vfs->getxattr(r->s->mnt, r->in->nodeid, name, buf, size));
	free(buf);
	return err;
}

OP(listxattr)
{
	const struct fuse_getxattr_in *in = arg;
	uint32_t size = in->size < XATTR_MAX ? in->size : XATTR_MAX;
	char *buf = NULL;
	int err;

	(void)len;
	err = xattr_supported(r);
	if (err)
		return err;
	if (size) {
		buf = malloc(size);
		if (!buf)
			return -ENOMEM;
	}
	err = xattr_reply(r, size, buf, r->s->vfs->listxattr(r->s->mnt, r->in->nodeid, buf, size));
	free(buf);
	return err;
}

OP(setxattr)
{
	const struct fuse_setxattr_in *in = arg;
	const char *name = (const char *)(in + 1), *value;
	struct rumpvfs_attr attr;
	uint32_t rest;
	int err;

	err = xattr_supported(r);
	if (err)
		return err;
	if (len < sizeof(*in) + 2)
		return -EINVAL;
	err = codec_name(name, len - sizeof(*in), &value, &rest);
	if (err < 0)
		return err;
	if (in->size > rest)
		return -EINVAL;
	err = r->s->vfs->setxattr(r->s->mnt, r->in->nodeid, name, value, in->size, in->flags);
	if (!err && (in->setxattr_flags & FUSE_SETXATTR_ACL_KILL_SGID)) {
		err = r->s->vfs->getattr(r->s->mnt, r->in->nodeid, &attr);
		if (!err && (attr.mode & 02000)) {
			attr.mode &= ~02000u;
			err = r->s->vfs->setattr(r->s->mnt, r->in->nodeid, 0, RUMPVFS_SET_MODE,
						 &attr);
		}
	}
	return err;
}

OP(removexattr)
{
	int err;

	err = xattr_supported(r);
	if (!err)
		err = codec_name(arg, len, NULL, NULL);
	if (err < 0)
		return err;
	return r->s->vfs->removexattr(r->s->mnt, r->in->nodeid, arg);
}
