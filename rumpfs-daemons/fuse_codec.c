/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Encoding and decoding of FUSE messages. No state, no system calls; whatever
 * can be wrong in a message is found here.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include "fuse_codec.h"

/* Open flags of asm-generic, which is what rumpvfs takes. */
#define RUMP_O_DSYNC		00010000
#define RUMP_O_NOATIME		01000000
#define RUMP_O_APPEND		00002000
#define RUMP_O_SYNC		04010000

/* What the host has among the flags of an open by execve(2) (FMODE_EXEC of its own); nobody else can set it. */
#define HOST_O_EXEC		040

#define LINUX_ERESTARTSYS	512
#define LINUX_ERESTART_LAST	516
#define LINUX_ENOTSUPP		524

/* Errors from 512 on are between kernels; the protocol refuses them. */
int codec_error(int err)
{
	if (err >= 0)
		return err > 0 ? -EIO : 0;
	if (err > -LINUX_ERESTARTSYS)
		return err;
	if (err >= -LINUX_ERESTART_LAST)
		return -EINTR;
	return err == -LINUX_ENOTSUPP ? -EOPNOTSUPP : -EIO;
}

static uint32_t blksize(const struct rumpvfs_attr *attr)
{
	return attr->blksize < CODEC_CACHED ? attr->blksize : CODEC_CACHED;
}

void codec_attr(struct fuse_attr *out, const struct rumpvfs_attr *attr)
{
	*out = (struct fuse_attr){
		.ino = attr->ino,
		.size = attr->size,
		.blocks = attr->blocks,
		.atime = attr->atime,
		.mtime = attr->mtime,
		.ctime = attr->ctime,
		.atimensec = attr->atime_nsec,
		.mtimensec = attr->mtime_nsec,
		.ctimensec = attr->ctime_nsec,
		.mode = attr->mode,
		.nlink = attr->nlink,
		.uid = attr->uid,
		.gid = attr->gid,
		.rdev = attr->rdev,
		.blksize = blksize(attr),
	};
}

static struct fusep_sx_time sx_time(long long sec, unsigned int nsec)
{
	return (struct fusep_sx_time){ .sec = sec, .nsec = nsec };
}

void codec_statx(struct fusep_statx *out, const struct rumpvfs_attr *attr)
{
	*out = (struct fusep_statx){
		.mask = STATX_BASIC_STATS | (attr->has_btime ? STATX_BTIME : 0),
		.blksize = blksize(attr),
		.nlink = attr->nlink,
		.uid = attr->uid,
		.gid = attr->gid,
		.mode = attr->mode,
		.ino = attr->ino,
		.size = attr->size,
		.blocks = attr->blocks,
		.atime = sx_time(attr->atime, attr->atime_nsec),
		.mtime = sx_time(attr->mtime, attr->mtime_nsec),
		.ctime = sx_time(attr->ctime, attr->ctime_nsec),
		/* new_encode_dev(): minor low 8, major 12, rest of minor */
		.rdev_major = (attr->rdev >> 8) & 0xfff,
		.rdev_minor = (attr->rdev & 0xff) | ((attr->rdev >> 12) & 0xfff00),
	};
	if (attr->has_btime)
		out->btime = sx_time(attr->btime, attr->btime_nsec);
}

void codec_statfs(struct fuse_kstatfs *out, const struct rumpvfs_statfs *st)
{
	*out = (struct fuse_kstatfs){
		.blocks = st->blocks,
		.bfree = st->bfree,
		.bavail = st->bavail,
		.files = st->files,
		.ffree = st->ffree,
		.bsize = st->bsize,
		.namelen = st->namelen,
		.frsize = st->frsize,
	};
}

unsigned int codec_setattr(const struct fuse_setattr_in *in, struct rumpvfs_attr *attr)
{
	unsigned int set = 0;

	memset(attr, 0, sizeof(*attr));
	if (in->valid & FATTR_MODE) {
		attr->mode = in->mode & 07777;
		set |= RUMPVFS_SET_MODE;
	}
	if (in->valid & FATTR_UID) {
		attr->uid = in->uid;
		set |= RUMPVFS_SET_UID;
	}
	if (in->valid & FATTR_GID) {
		attr->gid = in->gid;
		set |= RUMPVFS_SET_GID;
	}
	if (in->valid & FATTR_SIZE) {
		attr->size = in->size;
		set |= RUMPVFS_SET_SIZE;
	}
	if (in->valid & FATTR_ATIME_NOW) {
		set |= RUMPVFS_SET_ATIME_NOW;
	} else if (in->valid & FATTR_ATIME) {
		attr->atime = in->atime;
		attr->atime_nsec = in->atimensec;
		set |= RUMPVFS_SET_ATIME;
	}
	if (in->valid & FATTR_MTIME_NOW) {
		set |= RUMPVFS_SET_MTIME_NOW;
	} else if (in->valid & FATTR_MTIME) {
		attr->mtime = in->mtime;
		attr->mtime_nsec = in->mtimensec;
		set |= RUMPVFS_SET_MTIME;
	}
	if (in->valid & FATTR_CTIME) {
		attr->ctime = in->ctime;
		attr->ctime_nsec = in->ctimensec;
		set |= RUMPVFS_SET_CTIME;
	}
	if (in->valid & FATTR_KILL_SUIDGID)
		set |= RUMPVFS_SET_KILL_PRIV;
	return set;
}

void codec_timeout(double seconds, uint64_t *sec, uint32_t *nsec)
{
	if (seconds < 0)
		seconds = 0;
	*sec = (uint64_t)seconds;
	*nsec = (uint32_t)((seconds - (double)*sec) * 1e9);
	if (*nsec > 999999999)
		*nsec = 999999999;
}

int codec_name(const char *p, uint32_t len, const char **rest, uint32_t *restlen)
{
	const char *end = len ? memchr(p, 0, len) : NULL;

	if (!end || end == p)
		return -EINVAL;
	if (rest) {
		*rest = end + 1;
		*restlen = len - (end + 1 - p);
	}
	return end - p;
}

size_t codec_dirent(char *buf, size_t pos, size_t size, const struct rumpvfs_dirent *d,
		    bool plus, struct fuse_entry_out **entry)
{
	size_t head = plus ? FUSE_NAME_OFFSET_DIRENTPLUS : FUSE_NAME_OFFSET;
	size_t need = FUSE_REC_ALIGN(head + d->namelen);
	struct fuse_dirent *out;

	if (need > size - pos)
		return 0;
	buf += pos;
	if (plus) {
		struct fuse_direntplus *dp = (struct fuse_direntplus *)buf;

		memset(&dp->entry_out, 0, sizeof(dp->entry_out));
		*entry = &dp->entry_out;
		out = &dp->dirent;
	} else {
		out = (struct fuse_dirent *)buf;
	}
	out->ino = d->ino;
	out->off = d->off;
	out->type = d->type;
	out->namelen = d->namelen;
	memcpy(out->name, d->name, d->namelen);
	memset(buf + head + d->namelen, 0, need - head - d->namelen);
	return need;
}

/*
 * Appending, direct I/O and creation are the host kernel's business. Its write-back
 * cache reads around what it writes, so a file opened for writing
 * must be readable as well.
 */
unsigned int codec_oflags(uint32_t flags, bool rdonly, bool writeback)
{
	unsigned int acc = flags & O_ACCMODE, out;

	if (acc == O_WRONLY && writeback && !rdonly)
		acc = O_RDWR;
	out = acc;
	if ((flags & O_SYNC) == O_SYNC)
		out |= RUMP_O_SYNC;
	else if (flags & O_DSYNC)
		out |= RUMP_O_DSYNC;
	if (flags & O_NOATIME)
		out |= RUMP_O_NOATIME;
	if (flags & HOST_O_EXEC && acc == O_RDONLY)
		out |= RUMPVFS_O_EXEC;
	/* Offsets come with each write; what may only be appended to wants to see it all the same. */
	if (flags & O_APPEND)
		out |= RUMP_O_APPEND | RUMPVFS_O_OFFSETS;
	return out;
}

int codec_groups(const void *ext, uint32_t len, unsigned int *groups, unsigned int max)
{
	const char *p = ext;

	while (len >= sizeof(struct fusep_ext_header)) {
		struct fusep_ext_header h;
		struct fusep_supp_groups g;

		memcpy(&h, p, sizeof(h));
		if (h.size < sizeof(h) || h.size > len || h.size % 8)
			return -EINVAL;
		if (h.type == FUSEP_EXT_GROUPS) {
			if (h.size < sizeof(h) + sizeof(g))
				return -EINVAL;
			memcpy(&g, p + sizeof(h), sizeof(g));
			if (g.nr > (h.size - sizeof(h) - sizeof(g)) / sizeof(uint32_t))
				return -EINVAL;
			if (g.nr > max)
				g.nr = max;
			memcpy(groups, p + sizeof(h) + sizeof(g), g.nr * sizeof(uint32_t));
			return g.nr;
		}
		p += h.size;
		len -= h.size;
	}
	return len ? -EINVAL : 0;
}
