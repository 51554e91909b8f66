/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ioctl(2). A driver takes the argument for memory of its own address
 * space, so only commands whose argument is a plain structure of the size in
 * the command may pass: with a pointer in it, or an array behind it, the caller would
 * read and write the memory of this process.
 */
#include <errno.h>
#include <linux/fs.h>
#include <linux/msdos_fs.h>
#include <stdlib.h>
#include <string.h>
#include "fuse_ops.h"

#define IOCTL_MAX	16384

static const struct passed {
	uint32_t cmd;
	bool denies;			/* may forbid writing to what is open for it */
} passed[] = {
	{ FS_IOC_GETFLAGS, false },
	{ FS_IOC_SETFLAGS, true },
	{ FS_IOC_GETVERSION, false },
	{ FS_IOC_SETVERSION, false },
	{ FS_IOC_FSGETXATTR, false },
	{ FS_IOC_FSSETXATTR, true },
	{ FS_IOC_GETFSLABEL, false },
	{ FS_IOC_SETFSLABEL, false },
	{ FITRIM, false },
	{ FAT_IOCTL_GET_ATTRIBUTES, false },
	{ FAT_IOCTL_SET_ATTRIBUTES, true },
	{ FAT_IOCTL_GET_VOLUME_ID, false },
	{ VFAT_IOCTL_READDIR_BOTH, false },
	{ VFAT_IOCTL_READDIR_SHORT, false },
};

static const struct passed *find(uint32_t cmd)
{
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		if (passed[i].cmd == cmd)
			return &passed[i];
	return NULL;
}

/* The names 32-bit programs have for commands that others have too. */
static uint32_t native_command(uint32_t cmd)
{
	static const uint32_t map[][2] = {
		{ FS_IOC32_GETFLAGS, FS_IOC_GETFLAGS },
		{ FS_IOC32_SETFLAGS, FS_IOC_SETFLAGS },
		{ FS_IOC32_GETVERSION, FS_IOC_GETVERSION },
		{ FS_IOC32_SETVERSION, FS_IOC_SETVERSION },
	};

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (map[i][0] == cmd)
			return map[i][1];
	return cmd;
}

OP(ioctl)
{
	const struct fuse_ioctl_in *in = arg;
	struct fuse_ioctl_out out = { 0 };
	struct iovec iov[3];
	struct session *s = r->s;
	const struct passed *p;
	uint32_t cmd = in->cmd;
	void *buf;
	long ret;

	if (in->flags & FUSE_IOCTL_COMPAT)
		cmd = native_command(cmd);
	p = find(cmd);
	if (!p && !(r->in->nodeid == FUSE_ROOT_ID && control_is(cmd)))
		return -ENOTTY;
	if (in->in_size > len - sizeof(*in) || in->in_size > IOCTL_MAX || in->out_size > IOCTL_MAX)
		return -EINVAL;
	/* What was written before is to be written, though the host may still have it in its cache. */
	ret = p && p->denies ? notify_write_back(r) : 0;
	if (ret)
		return ret;

	buf = calloc(1, IOCTL_MAX);
	if (!buf)
		return -ENOMEM;
	memcpy(buf, in + 1, in->in_size);
	if (control_is(cmd) && r->in->nodeid == FUSE_ROOT_ID) {
		ret = control_ioctl(r, cmd, buf);
	} else {
		ret = s->vfs->ioctl(s->mnt, in->fh, cmd, buf);
		s->commit.changed = true;
	}
	if (ret >= 0) {
		out.result = ret;
		iov[1] = (struct iovec){ &out, sizeof(out) };
		iov[2] = (struct iovec){ buf, in->out_size };
		reply_iov(r, iov, 3, sizeof(out) + in->out_size);
		ret = 0;
	}
	free(buf);
	return ret;
}
