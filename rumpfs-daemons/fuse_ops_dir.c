/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading directories. Releasing and syncing them is as with files. */
#include <errno.h>
#include <stdlib.h>
#include "fuse_ops.h"

#define RUMP_O_DIRECTORY	00200000	/* asm-generic */

OP(opendir)
{
	struct session *s = r->s;
	struct fuse_open_out out = {
		/* A listing of a server's directory is the driver's to keep. */
		.open_flags = s->cfg->network ? 0 : FOPEN_CACHE_DIR | FOPEN_KEEP_CACHE,
	};
	unsigned long long fh;
	int err;

	(void)arg;
	(void)len;
	err = s->vfs->open(s->mnt, r->in->nodeid, RUMP_O_DIRECTORY, &fh);
	if (err)
		return err;
	out.fh = fh;
	if (reply_data(r, &out, sizeof(out)))
		s->vfs->release(s->mnt, fh);
	return 0;
}

struct filling {
	struct request *r;
	bool may_end;			/* of some entry */
	char *buf;
	size_t pos, size;
	bool plus;
};

static int fill(void *ctx, const struct rumpvfs_dirent *d, const struct rumpvfs_entry *e)
{
	struct filling *f = ctx;
	struct fuse_entry_out *entry;
	size_t n;

	n = codec_dirent(f->buf, f->pos, f->size, d, f->plus, &entry);
	if (!n)
		return 1;
	f->pos += n;
	/* Without an entry node id 0 says that there is a name, no more. */
	if (f->plus && e) {
		entry_fill(f->r, entry, e);
		f->may_end |= e->may_end;
	}
	return 0;
}

static void for_each(struct filling *f, void (*fn)(struct session *s, struct fuse_entry_out *entry))
{
	size_t pos = 0;

	while (f->plus && pos < f->pos) {
		struct fuse_direntplus *dp = (struct fuse_direntplus *)(f->buf + pos);

		fn(f->r->s, &dp->entry_out);
		pos += FUSE_DIRENTPLUS_SIZE(dp);
	}
}

/* The client never saw the reply: take back the references in it. */
static void undo(struct session *s, struct fuse_entry_out *entry)
{
	if (entry->nodeid)
		s->vfs->forget(s->mnt, entry->nodeid, 1);
}

static void unbelieve(struct session *s, struct fuse_entry_out *entry)
{
	entry->entry_valid = s->entry_sec;
	entry->entry_valid_nsec = s->entry_nsec;
}

static int do_readdir(struct request *r, const struct fuse_read_in *in, bool plus)
{
	struct session *s = r->s;
	struct filling f = {
		.r = r,
		.plus = plus,
		.size = in->size < SESSION_MAX_WRITE ? in->size : SESSION_MAX_WRITE,
	};
	size_t max;
	int err;

	f.buf = malloc(f.size);
	if (!f.buf)
		return -ENOMEM;
	/* What is looked up and then does not fit is wasted. */
	max = plus ? f.size / 4 : f.size;
	err = s->vfs->readdir(s->mnt, in->fh, in->offset, max, plus, fill, &f);
	if (err >= 0 || f.pos) {
		if (f.may_end && !entry_believed(r))
			for_each(&f, unbelieve);
		if (reply_data(r, f.buf, f.pos))
			for_each(&f, undo);
		err = 0;
	}
	free(f.buf);
	return err;
}

OP(readdir)
{
	(void)len;
	return do_readdir(r, arg, false);
}

OP(readdirplus)
{
	(void)len;
	return do_readdir(r, arg, true);
}
