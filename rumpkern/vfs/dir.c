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
 * driver keeps directories indexed.
 */
#include <linux/file.h>
#include "rumpvfs_private.h"

#define SMALL_DIR	(128 * 1024)
#define GATHER_MAX	(32 * 1024)	/* bytes in one turn */
#define GATHER_MIN	1024

/* What an entry costs the client: its header, the name, and attributes. */
#define COST_PLAIN	24
#define COST_PLUS	(24 + 128)

struct entry {
	u64 ino, off;
	u16 namelen;
	u8 type;
	char name[];
};

struct gather {
	struct dir_context ctx;
	char *buf;
	unsigned int used, size;
	struct entry *last;	/* its off is where the next one is */
	unsigned long budget;	/* what the client has room for */
	unsigned int cost;
	unsigned int n;
	bool bad;
};

static bool gather_one(struct dir_context *ctx, const char *name, int len, loff_t off,
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
	if (g->used + need > g->size || (g->n && cost > g->budget))
		return false;
	e = (struct entry *)(g->buf + g->used);
	e->ino = ino;
	e->off = off;
	e->namelen = len;
	e->type = type;
	memcpy(e->name, name, len);
	g->used += need;
	g->budget -= min(cost, g->budget);
	g->last = e;
	g->n++;
	return true;
}

/* Gather from @off on. 0 or an error; g->n == 0: the end. */
static int gather(struct file *f, u64 off, struct gather *g)
{
	loff_t pos;
	int err = 0;

	g->used = 0;
	g->n = 0;
	g->last = NULL;
	mutex_lock(&f->f_pos_lock);
	if (f->f_pos != off) {
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

/* The child if that is cheap, else NULL. */
static struct dentry *find_child(struct rumpvfs_mount *m, struct dentry *dir,
				 const struct entry *e, bool real)
{
	struct dentry *child;
	struct qstr q;

	if (real) {
		child = lookup_one_len_unlocked(e->name, dir, e->namelen);
	} else {
		if (rumpvfs_qstr(dir, e->name, e->namelen, &q))
			return NULL;
		/* Drivers that want to revalidate are asked by a real lookup only. */
		if (dir->d_sb->s_d_op && dir->d_sb->s_d_op->d_weak_revalidate)
			return NULL;
		child = d_lookup(dir, &q);
	}
	if (IS_ERR_OR_NULL(child))
		return NULL;
	if (d_is_negative(child)) {
		dput(child);
		return NULL;
	}
	return child;
}

/* Hand one entry over: as rumpvfs_fill_t. */
static int fill_one(struct rumpvfs_mount *m, struct dentry *dir, const struct entry *e,
		    bool plus, bool real, rumpvfs_fill_t fill, void *ctx)
{
	struct rumpvfs_dirent d = {
		.ino = e->ino,
		.off = e->off,
		.type = e->type,
		.namelen = e->namelen,
		.name = e->name,
	};
	struct rumpvfs_entry entry;
	struct dentry *child = NULL;
	bool have = false;
	int ret;

	if (plus && !(e->name[0] == '.' &&
		      (e->namelen == 1 || (e->namelen == 2 && e->name[1] == '.'))))
		child = find_child(m, dir, e, real);
	if (child) {
		have = !rumpvfs_entry(m, child, e->name, e->namelen, &entry);
		dput(child);
	}
	ret = fill(ctx, &d, have ? &entry : NULL);
	if (ret && have)
		rumpvfs_forget(m, entry.node, 1);
	return ret;
}

int rumpvfs_readdir(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		    unsigned long max_bytes, int plus, rumpvfs_fill_t fill, void *ctx)
{
	struct gather g = {
		.ctx.actor = gather_one,
		.budget = max_bytes,
		.cost = plus ? COST_PLUS : COST_PLAIN,
	};
	struct file *f;
	struct dentry *dir;
	struct entry *e;
	bool real, any = false;
	unsigned int at;
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
	dir = f->f_path.dentry;
	real = m->indexed || i_size_read(d_inode(dir)) <= SMALL_DIR;
	g.size = clamp_t(unsigned long, max_bytes, GATHER_MIN, GATHER_MAX);
	err = -ENOMEM;
	/* Memory may be in pieces; that is no reason to call the OOM killer. */
	g.buf = kmalloc(g.size, GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!g.buf) {
		g.size = min_t(unsigned int, g.size, PAGE_SIZE);
		g.buf = kmalloc(g.size, GFP_KERNEL);
	}
	if (!g.buf)
		goto out;
	do {
		err = gather(f, off, &g);
		if (err || !g.n)
			break;
		for (at = 0; at < g.used; at += ALIGN(offsetof(struct entry, name) +
						      e->namelen, 8)) {
			e = (struct entry *)(g.buf + at);
			if (fill_one(m, dir, e, plus, real, fill, ctx))
				goto out_free;
			any = true;
			off = e->off;
		}
	} while (g.budget && !g.bad);
out_free:
	kfree(g.buf);
	if (any)
		err = 0;
out:
	fput(f);
	return rumpvfs_ret(err);
}
