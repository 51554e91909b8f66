/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations on files: open, make, read, write, make durable. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "fuse_ops.h"

/*
 * Suid, sgid and capabilities go when someone else writes; the host kernel says when, each time, and believes that
 * they are still there: to a file that another user has written it would go on to give them.
 */
static int kill_priv(struct request *r, uint64_t node)
{
	int ret = r->s->vfs->kill_priv(r->s->mnt, node);

	if (ret > 0)
		notify_attr(r->s, node);
	return ret < 0 ? ret : 0;
}

/* What writes by other means than FUSE_WRITE: for these the host does not say whether the caller may keep them. */
static int kill_priv_of_others(struct request *r, uint64_t node)
{
	return r->in->uid ? kill_priv(r, node) : 0;
}

static void open_fill(const struct session *s, struct fuse_open_out *out, uint64_t fh,
		      uint32_t flags)
{
	memset(out, 0, sizeof(*out));
	out->fh = fh;
	/*
	 * Nobody changes a disk behind the host kernel's back. On a server others do,
	 * and who opens a file is to see what was there when they closed it: the driver knows.
	 */
	out->open_flags = s->cfg->network ? 0 : FOPEN_KEEP_CACHE;
	/* It would keep what is appended where it believes the end to be: driver_flags(). */
	if (s->cfg->network && (flags & O_APPEND))
		out->open_flags |= FOPEN_DIRECT_IO;
}

/*
 * Where an appending write goes the host says, and for a disk it knows. The end of a
 * server's file may have moved: there the driver decides.
 */
static unsigned int driver_flags(const struct session *s, uint32_t flags)
{
	unsigned int oflags = codec_oflags(flags, s->rdonly, s->writeback);

	return s->cfg->network ? oflags & ~RUMPVFS_O_OFFSETS : oflags;
}

OP(open)
{
	const struct fuse_open_in *in = arg;
	struct session *s = r->s;
	struct fuse_open_out out;
	unsigned long long fh;
	unsigned int oflags;
	int err;

	(void)len;
	oflags = driver_flags(s, in->flags);
	if (in->flags & O_TRUNC)
		oflags |= O_TRUNC;
	err = s->vfs->open(s->mnt, r->in->nodeid, oflags, &fh);
	if (err)
		return err;
	if (oflags & O_TRUNC)
		s->commit.changed = true;
	if (in->open_flags & FUSE_OPEN_KILL_SUIDGID)
		kill_priv(r, r->in->nodeid);
	open_fill(s, &out, fh, in->flags);
	/* Who opens a server's file sees what the driver has learnt by opening it. */
	if (s->cfg->network)
		notify_attr(s, r->in->nodeid);
	if (reply_data(r, &out, sizeof(out)))
		s->vfs->release(s->mnt, fh);
	return 0;
}

static int created(struct request *r, const struct rumpvfs_entry *e, uint64_t fh, uint32_t flags)
{
	struct {
		struct fuse_entry_out entry;
		struct fuse_open_out open;
	} out;

	entry_fill(r, &out.entry, e);
	open_fill(r->s, &out.open, fh, flags);
	if (reply_data(r, &out, sizeof(out))) {
		r->s->vfs->release(r->s->mnt, fh);
		r->s->vfs->forget(r->s->mnt, e->node, 1);
	}
	return 0;
}

OP(create)
{
	const struct fuse_create_in *in = arg;
	const char *name = (const char *)(in + 1);
	struct session *s = r->s;
	struct rumpvfs_entry e;
	unsigned long long fh;
	unsigned int oflags;
	int n, err;

	n = codec_name(name, len - sizeof(*in), NULL, NULL);
	if (n < 0)
		return n;
	oflags = driver_flags(s, in->flags) | O_CREAT |
		 (in->flags & (O_EXCL | O_TRUNC));
	err = s->vfs->create(s->mnt, r->in->nodeid, name, n, in->mode, oflags, &e, &fh);
	return err ? err : created(r, &e, fh, in->flags);
}

OP(tmpfile)
{
	const struct fuse_create_in *in = arg;
	struct session *s = r->s;
	struct rumpvfs_entry e;
	unsigned long long fh;
	int err;

	(void)len;
	err = s->vfs->tmpfile(s->mnt, r->in->nodeid, in->mode,
			      codec_oflags(in->flags, s->rdonly, s->writeback) |
			      (in->flags & O_EXCL), &e, &fh);
	return err ? err : created(r, &e, fh, in->flags);
}

OP(read)
{
	const struct fuse_read_in *in = arg;
	struct iovec iov[1 + RUMPVFS_READ_SEGS];
	struct rumpvfs_pages pages;
	struct session *s = r->s;
	long n;

	(void)len;
	n = s->vfs->read(s->mnt, in->fh, in->offset, in->size, &pages);
	if (n < 0)
		return n;
	memcpy(iov + 1, pages.iov, pages.niov * sizeof(iov[0]));
	reply_iov(r, iov, 1 + pages.niov, n);
	s->vfs->read_done(&pages);
	return 0;
}

/*
 * The host looks at errors only when it writes back its cache, not at how much was
 * written: what found no room must be an error, or fsync would vouch for it.
 */
static long write_back(struct session *s, const struct fuse_write_in *in)
{
	const char *data = (const char *)(in + 1);
	uint32_t done = 0;
	long n;

	while (done < in->size) {
		n = s->vfs->write(s->mnt, in->fh, in->offset + done, data + done, in->size - done);
		if (n <= 0)
			return n ? n : -EIO;
		done += n;
	}
	return done;
}

/* The driver has as good as taken it: the caller prepares his next meanwhile. */
static void told_early(void *request)
{
	struct request *r = request;
	struct fuse_write_out out = { .size = ((const struct fuse_write_in *)r->arg)->size };

	r->s->early = r;
	r->interrupt_at = 0;
	reply_data(r, &out, sizeof(out));
}

OP(write)
{
	const struct fuse_write_in *in = arg;
	struct session *s = r->s;
	struct fuse_write_out out = { 0 };
	long n;

	if (in->size > len - sizeof(*in))
		return -EINVAL;
	if (in->write_flags & FUSE_WRITE_KILL_SUIDGID) {
		n = kill_priv(r, r->in->nodeid);
		if (n)
			return n;
	}
	if (in->write_flags & FUSE_WRITE_CACHE)
		n = write_back(s, in);
	else
		n = s->vfs->write_early(s->mnt, in->fh, in->offset, in + 1, in->size, told_early, r);
	if (s->early == r)
		s->early = NULL;
	if (n < 0)
		return n;
	out.size = n;
	if (!r->replied)
		reply_data(r, &out, sizeof(out));
	/* While the caller prepares his next. */
	s->vfs->written(s->mnt, in->fh, in->offset, n);
	return 0;
}

/*
 * Disk file systems have nothing to do at close(2), and locks are the host's:
 * ENOSYS saves all further requests of the kind.
 */
OP(flush)
{
	const struct fuse_flush_in *in = arg;

	(void)len;
	if (!r->s->cfg->locks_driver)
		return -ENOSYS;
	return r->s->vfs->flush(r->s->mnt, in->fh, in->lock_owner);
}

/* Of files and directories. */
OP(release)
{
	const struct fuse_release_in *in = arg;

	(void)len;
	unfit_closed(r->s, r->in->nodeid);
	r->s->vfs->release(r->s->mnt, in->fh);
	return 0;
}

OP(fsync)
{
	const struct fuse_fsync_in *in = arg;

	(void)len;
	return r->s->vfs->fsync(r->s->mnt, in->fh, in->fsync_flags & FUSE_FSYNC_FDATASYNC);
}

OP(syncfs)
{
	(void)arg;
	(void)len;
	return session_sync(r->s);
}

OP(fallocate)
{
	const struct fuse_fallocate_in *in = arg;
	int err = kill_priv_of_others(r, r->in->nodeid);

	(void)len;
	return err ?: r->s->vfs->fallocate(r->s->mnt, in->fh, in->mode, in->offset, in->length);
}

OP(lseek)
{
	const struct fuse_lseek_in *in = arg;
	struct fuse_lseek_out out = { 0 };
	long long pos;
	int ret;

	(void)len;
	/* The driver's holes are the host's data as long as the driver has not got it. */
	ret = notify_write_back(r);
	if (ret)
		return ret;
	pos = r->s->vfs->lseek(r->s->mnt, in->fh, in->offset, in->whence);
	if (pos < 0)
		return pos;
	out.offset = pos;
	reply_data(r, &out, sizeof(out));
	return 0;
}

static long copy(struct request *r, const struct fuse_copy_file_range_in *in)
{
	uint64_t max = 1u << 30;
	int err = kill_priv_of_others(r, in->nodeid_out);

	return err ?: r->s->vfs->copy_file_range(r->s->mnt, in->fh_in, in->off_in, in->fh_out,
						 in->off_out, in->len < max ? in->len : max, in->flags);
}

OP(copy_file_range)
{
	struct fuse_write_out out = { 0 };
	long n = copy(r, arg);

	(void)len;
	if (n < 0)
		return n;
	out.size = n;
	reply_data(r, &out, sizeof(out));
	return 0;
}

OP(copy_file_range_64)
{
	struct fusep_copy_out out;
	long n = copy(r, arg);

	(void)len;
	if (n < 0)
		return n;
	out.bytes = n;
	reply_data(r, &out, sizeof(out));
	return 0;
}
