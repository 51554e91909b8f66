/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations on names: find, make, link, move, remove. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "fuse_ops.h"

#define NSEC	1000000000u

/* What the driver says comes before @sec and @nsec, which the mount says. */
static void valid(uint64_t ns, uint64_t *sec, uint32_t *nsec)
{
	if (!ns)
		return;
	*sec = ns / NSEC;
	*nsec = ns % NSEC;
}

void attr_valid(const struct session *s, const struct rumpvfs_attr *attr, uint64_t *sec, uint32_t *nsec)
{
	*sec = s->attr_sec;
	*nsec = s->attr_nsec;
	valid(attr->valid_ns, sec, nsec);
}

bool entry_believed(const struct request *r)
{
	return r->s->minor >= FUSEP_EXPIRE_MINOR && r->doubts == r->s->nr_doubts;
}

void entry_fill(const struct request *r, struct fuse_entry_out *out, const struct rumpvfs_entry *e)
{
	const struct session *s = r->s;

	memset(out, 0, sizeof(*out));
	out->nodeid = e->node;
	out->generation = e->generation;
	/* A name that only matches must be looked up every time. */
	if (e->canonical) {
		out->entry_valid = s->entry_sec;
		out->entry_valid_nsec = s->entry_nsec;
		if (!e->may_end || entry_believed(r))
			valid(e->valid_ns, &out->entry_valid, &out->entry_valid_nsec);
	}
	attr_valid(s, &e->attr, &out->attr_valid, &out->attr_valid_nsec);
	codec_attr(&out->attr, &e->attr);
}

/* Reply with an entry; if the client has gone its reference is dropped. */
static int entry_reply(struct request *r, const struct rumpvfs_entry *e)
{
	struct fuse_entry_out out;

	entry_fill(r, &out, e);
	if (reply_data(r, &out, sizeof(out)))
		r->s->vfs->forget(r->s->mnt, e->node, 1);
	return 0;
}

OP(lookup)
{
	struct session *s = r->s;
	struct fuse_entry_out none;
	struct rumpvfs_entry e;
	int n, err;

	n = codec_name(arg, len, NULL, NULL);
	if (n < 0)
		return n;
	err = s->vfs->lookup(s->mnt, r->in->nodeid, arg, n, &e);
	if (err == -ENOENT && s->negative) {
		memset(&none, 0, sizeof(none));
		none.entry_valid = s->negative_sec;
		none.entry_valid_nsec = s->negative_nsec;
		reply_data(r, &none, sizeof(none));
		return 0;
	}
	return err ? err : entry_reply(r, &e);
}

OP(forget)
{
	const struct fuse_forget_in *in = arg;

	(void)len;
	r->s->vfs->forget(r->s->mnt, r->in->nodeid, in->nlookup);
	return 0;
}

OP(batch_forget)
{
	const struct fuse_batch_forget_in *in = arg;
	const struct fuse_forget_one *one = (const void *)(in + 1);
	uint32_t n = (len - sizeof(*in)) / sizeof(*one);

	if (n > in->count)
		n = in->count;
	for (uint32_t i = 0; i < n; i++)
		r->s->vfs->forget(r->s->mnt, one[i].nodeid, one[i].nlookup);
	return 0;
}

OP(mknod)
{
	const struct fuse_mknod_in *in = arg;
	const char *name = (const char *)(in + 1);
	struct rumpvfs_entry e;
	int n, err;

	n = codec_name(name, len - sizeof(*in), NULL, NULL);
	if (n < 0)
		return n;
	err = r->s->vfs->mknod(r->s->mnt, r->in->nodeid, name, n, in->mode, in->rdev, &e);
	return err ? err : entry_reply(r, &e);
}

OP(mkdir)
{
	const struct fuse_mkdir_in *in = arg;
	const char *name = (const char *)(in + 1);
	struct rumpvfs_entry e;
	int n, err;

	n = codec_name(name, len - sizeof(*in), NULL, NULL);
	if (n < 0)
		return n;
	err = r->s->vfs->mkdir(r->s->mnt, r->in->nodeid, name, n, in->mode, &e);
	return err ? err : entry_reply(r, &e);
}

OP(symlink)
{
	const char *name = arg, *target;
	struct rumpvfs_entry e;
	uint32_t rest;
	int n, err;

	n = codec_name(name, len, &target, &rest);
	if (n < 0)
		return n;
	err = codec_name(target, rest, NULL, NULL);
	if (err < 0)
		return err;
	err = r->s->vfs->symlink(r->s->mnt, r->in->nodeid, name, n, target, &e);
	return err ? err : entry_reply(r, &e);
}

OP(link)
{
	const struct fuse_link_in *in = arg;
	const char *name = (const char *)(in + 1);
	struct rumpvfs_entry e;
	int n, err;

	n = codec_name(name, len - sizeof(*in), NULL, NULL);
	if (n < 0)
		return n;
	err = r->s->vfs->link(r->s->mnt, in->oldnodeid, r->in->nodeid, name, n, &e);
	if (err == -EEXIST && r->again && !r->s->vfs->lookup(r->s->mnt, r->in->nodeid, name, n, &e)) {
		if (e.node == in->oldnodeid)
			err = 0;
		else
			r->s->vfs->forget(r->s->mnt, e.node, 1);
	}
	return err ? err : entry_reply(r, &e);
}

/* What is gone was removed when it was asked for first. */
static int removed(struct request *r, int err)
{
	return err == -ENOENT && r->again ? 0 : err;
}

OP(unlink)
{
	int n = codec_name(arg, len, NULL, NULL);

	return n < 0 ? n : removed(r, r->s->vfs->unlink(r->s->mnt, r->in->nodeid, arg, n));
}

OP(rmdir)
{
	int n = codec_name(arg, len, NULL, NULL);

	return n < 0 ? n : removed(r, r->s->vfs->rmdir(r->s->mnt, r->in->nodeid, arg, n));
}

static int do_rename(struct request *r, uint64_t newdir, unsigned int flags, const char *names,
		     uint32_t len)
{
	const char *newname;
	uint32_t rest;
	int olen, nlen;

	olen = codec_name(names, len, &newname, &rest);
	if (olen < 0)
		return olen;
	nlen = codec_name(newname, rest, NULL, NULL);
	if (nlen < 0)
		return nlen;
	if (flags & RUMPVFS_AGAIN)
		return -EINVAL;
	return r->s->vfs->rename(r->s->mnt, r->in->nodeid, names, olen, newdir, newname, nlen,
				 flags | (r->again ? RUMPVFS_AGAIN : 0));
}

OP(rename)
{
	const struct fuse_rename_in *in = arg;

	return do_rename(r, in->newdir, 0, (const char *)(in + 1), len - sizeof(*in));
}

OP(rename2)
{
	const struct fuse_rename2_in *in = arg;

	return do_rename(r, in->newdir, in->flags, (const char *)(in + 1), len - sizeof(*in));
}

OP(readlink)
{
	char *buf = malloc(PATH_MAX);
	long n;

	(void)arg;
	(void)len;
	if (!buf)
		return -ENOMEM;
	n = r->s->vfs->readlink(r->s->mnt, r->in->nodeid, buf, PATH_MAX);
	if (n >= 0) {
		reply_data(r, buf, n);
		n = 0;
	}
	free(buf);
	return n;
}
