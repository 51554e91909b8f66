// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading directories.
 *
 * The driver's entries are first gathered in a buffer, under the lock that the
 * driver wants; only then are inodes looked up and entries handed to the
 * client, whose fill function is thus called without any lock.
 *
 * With @plus an entry carries its attributes if the dcache has the inode. If not,
 * it is looked up only where that does not mean to search the directory
 * from its start again for each name: in small directories, or if the
 * driver keeps directories indexed. A server's driver has it if the server sent attributes along; if
 * not, each would be a question.
 *
 * A client goes on from the last entry that its own client had room for. A server's driver
 * may not find that place again: cifs counts entries, and once something was removed begins a new
 * listing for whoever is not at the end of the last message. So there what the driver gave
 * last is kept with the open directory, until the client asks for what comes behind it. Where the
 * positions of a driver of disks are no better, all is kept: whole.c.
 */
#include <linux/file.h>
#include "dir.h"

#define SMALL_DIR	(128 * 1024)
#define GATHER_MIN	1024

/* What an entry costs the client: its header, the name, and attributes. */
#define COST_PLAIN	24
#define COST_PLUS	(24 + 128)

bool rumpvfs_gather_one(struct dir_context *ctx, const char *name, int len, loff_t off,
			u64 ino, unsigned int type)
{
	struct gather *g = container_of(ctx, struct gather, ctx);
	unsigned int need = ALIGN(offsetof(struct entry, name) + len, 8);
	unsigned long cost = g->cost + ALIGN(len, 8);
	struct entry *e;

	if (g->last)
		g->last->off = off;
	if (len <= 0 || len > RUMPVFS_NAME_MAX || memchr(name, '/', len)) {
		g->bad = true;		/* a damaged directory: nobody could use the name */
		return false;
	}
	if (g->used + need > g->size || (g->n && cost > g->budget && !g->keep))
		return false;
	e = (struct entry *)(g->buf + g->used);
	e->ino = ino;
	e->off = off;
	e->namelen = len;
	e->type = type;
	memcpy(e->name, name, len);
	g->used += need;
	if (!g->keep)
		g->budget -= min(cost, g->budget);
	g->last = e;
	g->n++;
	return true;
}

int rumpvfs_gather(struct file *f, u64 off, struct gather *g)
{
	loff_t pos;
	int err = 0;

	g->used = 0;
	g->n = 0;
	g->from = off;
	g->last = NULL;
	mutex_lock(&f->f_pos_lock);
	/* The client's rewinddir(3) is a seek that it does not tell of, and what the driver (Btrfs) looks at its end for. */
	if (!off || f->f_pos != off) {
		pos = vfs_llseek(f, off, SEEK_SET);
		if (pos < 0)
			err = pos;
	}
	if (!err)
		err = iterate_dir(f, &g->ctx);
	if (g->last)
		g->last->off = g->ctx.pos;
	mutex_unlock(&f->f_pos_lock);
	if (!err && g->bad && !g->n)
		err = -EIO;
	return g->n ? 0 : err;	/* what came before an error is good; it comes back next time */
}

/* --- what is kept with an open directory of a server --------------------------------- */

static void free_kept(struct gather *g)
{
	if (g)
		kfree(g->buf);
	kfree(g);
}

void rumpvfs_listing_drop(struct rumpvfs_mount *m, u64 file)
{
	free_kept(xa_erase(&m->listings, file));
}

void rumpvfs_listings_destroy(struct rumpvfs_mount *m)
{
	struct gather *g;
	unsigned long id;

	xa_for_each(&m->listings, id, g)
		free_kept(g);
	xa_destroy(&m->listings);
}

/*
 * Take over what was kept for @off of the listing @file, and say where in it that is.
 * Who reads it meanwhile, too, asks the driver.
 */
static bool take_kept(struct rumpvfs_mount *m, u64 file, u64 off, struct gather *g, unsigned int *at)
{
	struct gather *kept = xa_erase(&m->listings, file);
	struct entry *e;
	u64 next;

	if (!kept)
		return false;
	next = kept->from;
	for (*at = 0; *at < kept->used && next != off; *at += entry_size(e)) {
		e = (struct entry *)(kept->buf + *at);
		next = e->off;
	}
	if (!off || *at == kept->used) {	/* the beginning is to be as it is now */
		free_kept(kept);
		return false;
	}
	g->buf = kept->buf;
	g->size = kept->size;
	g->used = kept->used;
	g->from = kept->from;
	g->n = kept->n;
	g->bad = kept->bad;
	kfree(kept);
	return true;
}

/* Keep @g, whose buffer is taken over, for the next call. */
static void keep(struct rumpvfs_mount *m, u64 file, const struct gather *g)
{
	struct gather *kept = kmemdup(g, sizeof(*g), GFP_KERNEL), *old;
	struct file *f;

	if (!kept) {
		kfree(g->buf);
		return;
	}
	kept->last = NULL;
	old = xa_store(&m->listings, file, kept, GFP_KERNEL);
	if (xa_is_err(old))
		free_kept(kept);
	else
		free_kept(old);
	/* Released meanwhile? Then nobody else would drop it. */
	f = rumpvfs_file(m, file);
	if (f)
		fput(f);
	else
		rumpvfs_listing_drop(m, file);
}

/* --- handing over ---------------------------------------------------------------------- */

/* The child if that is cheap, else NULL. */
static struct dentry *find_child(struct rumpvfs_mount *m, struct dentry *dir,
				 const struct entry *e, bool real)
{
	struct dentry *child;
	struct qstr q;

	/* Drivers that want to revalidate are asked by a real lookup only. */
	if (!real && dir->d_sb->s_d_op && dir->d_sb->s_d_op->d_weak_revalidate)
		return NULL;
	if (!real || m->remote) {
		if (rumpvfs_qstr(dir, e->name, e->namelen, &q))
			return NULL;
		child = d_lookup(dir, &q);
		if (!child)
			return NULL;
	}
	if (real) {
		if (m->remote)
			dput(child);
		child = lookup_one_len_unlocked(e->name, dir, e->namelen);
		if (IS_ERR(child))
			return NULL;
	}
	if (d_is_negative(child)) {
		dput(child);
		return NULL;
	}
	return child;
}

int rumpvfs_fill_one(const struct filler *to, const struct entry *e)
{
	struct rumpvfs_dirent d = {
		.ino = rumpvfs_ino(to->m, to->dir, e->ino),
		.off = e->off,
		.type = e->type,
		.namelen = e->namelen,
		.name = e->name,
	};
	struct rumpvfs_entry entry;
	struct dentry *child = NULL;
	bool have = false;
	int ret;

	if (to->plus && !(e->name[0] == '.' &&
		      (e->namelen == 1 || (e->namelen == 2 && e->name[1] == '.'))))
		child = find_child(to->m, to->dir, e, to->real);
	if (child) {
		have = !rumpvfs_entry_known(to->m, child, e->name, e->namelen, &entry);
		dput(child);
	}
	ret = to->fill(to->ctx, &d, have ? &entry : NULL);
	if (ret && have)
		rumpvfs_forget(to->m, entry.node, 1);
	return ret;
}

int rumpvfs_gather_buffer(struct gather *g, unsigned long size)
{
	g->size = size;
	/* Memory may be in pieces; that is no reason to call the OOM killer. */
	g->buf = kmalloc(g->size, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!g->buf) {
		g->size = min_t(unsigned int, g->size, PAGE_SIZE);
		g->buf = kmalloc(g->size, GFP_KERNEL);
	}
	return g->buf ? 0 : -ENOMEM;
}

int rumpvfs_readdir(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		    unsigned long max_bytes, int plus, rumpvfs_fill_t fill, void *ctx)
{
	struct gather g = {
		.ctx.actor = rumpvfs_gather_one,
		.budget = max_bytes,
		.cost = plus ? COST_PLUS : COST_PLAIN,
		.keep = m->remote,
	};
	struct filler to = { .m = m, .plus = plus && !rumpvfs_room(m), .fill = fill, .ctx = ctx };
	bool any = false, kept;
	unsigned long cost;
	unsigned int at = 0;
	struct entry *e;
	struct file *f;
	int err;

	f = rumpvfs_file(m, file);
	if (!f)
		return -EBADF;
	err = -ENOTDIR;
	if (!S_ISDIR(file_inode(f)->i_mode))
		goto out;
	err = -EINVAL;
	if (off > LLONG_MAX)
		goto out;
	to.dir = f->f_path.dentry;
	to.real = m->indexed || i_size_read(d_inode(to.dir)) <= SMALL_DIR;
	if (m->whole_listing && rumpvfs_whole_readdir(&to, file, f, off, &g, &err))
		goto out;
	kept = m->remote && take_kept(m, file, off, &g, &at);
	err = kept ? 0 : rumpvfs_gather_buffer(&g, m->remote ? GATHER_MAX :
					       clamp_t(unsigned long, max_bytes, GATHER_MIN, GATHER_MAX));
	if (err)
		goto out;
	do {
		if (!kept) {
			at = 0;
			err = rumpvfs_gather(f, off, &g);
			if (err || !g.n)
				break;
		}
		for (; at < g.used; at += entry_size(e)) {
			e = (struct entry *)(g.buf + at);
			cost = g.cost + ALIGN(e->namelen, 8);
			if (g.keep && any && cost > g.budget)
				goto out_keep;
			if (rumpvfs_fill_one(&to, e))
				goto out_keep;
			if (g.keep)
				g.budget -= min(cost, g.budget);
			any = true;
			off = e->off;
		}
	} while (g.budget && !g.bad && !g.keep);
out_keep:
	if (g.keep && any) {
		keep(m, file, &g);
		g.buf = NULL;
	}
	kfree(g.buf);
	if (any)
		err = 0;
out:
	fput(f);
	return rumpvfs_ret(err);
}
