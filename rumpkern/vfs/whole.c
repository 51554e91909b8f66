// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories whose entries move when others are added or removed, so that who goes
 * on from a position misses some: ntfs3 counts in index buffers, AFFS in chains. rm -r
 * removes what it is shown while it reads, and would leave files behind.
 *
 * Of those an open directory is read whole when it is read from its beginning, and what
 * was in it then is what its reader is shown, as POSIX allows. Names that are gone by then
 * have no attributes. Positions are the driver's. What all open directories of a mount hold
 * is bounded; behind what is held the driver is asked again.
 *
 * A listing belongs to whoever has taken it out of the table; a second reader of the
 * same open directory asks the driver meanwhile.
 */
#include <linux/file.h>
#include <linux/mm.h>
#include "dir.h"

struct chunk {
	struct list_head list;
	u64 from;			/* where its first entry is */
	unsigned int used;
	char data[] __aligned(8);	/* struct entry, one after the other */
};

struct whole {
	struct list_head chunks;
	unsigned long bytes;
	bool complete;
};

static void free_whole(struct rumpvfs_mount *m, struct whole *w)
{
	struct chunk *c, *next;

	if (!w)
		return;
	list_for_each_entry_safe(c, next, &w->chunks, list)
		kfree(c);
	m->whole_bytes -= w->bytes;
	kfree(w);
}

void rumpvfs_whole_drop(struct rumpvfs_mount *m, u64 file)
{
	free_whole(m, xa_erase(&m->wholes, file));
}

void rumpvfs_wholes_destroy(struct rumpvfs_mount *m)
{
	struct whole *w;
	unsigned long id;

	xa_for_each(&m->wholes, id, w)
		free_whole(m, w);
	xa_destroy(&m->wholes);
}

static bool add_chunk(struct rumpvfs_mount *m, struct whole *w, const struct gather *g)
{
	struct chunk *c;

	if (m->whole_bytes + g->used > (totalram_pages() << PAGE_SHIFT) / 16)
		return false;
	c = kmalloc(struct_size(c, data, g->used), GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN);
	if (!c)
		return false;
	c->from = g->from;
	c->used = g->used;
	memcpy(c->data, g->buf, g->used);
	list_add_tail(&c->list, &w->chunks);
	w->bytes += g->used;
	m->whole_bytes += g->used;
	return true;
}

/* From the beginning to the end, or as far as memory goes. NULL and *err: nothing could be read. */
static struct whole *read_whole(struct rumpvfs_mount *m, struct file *f, int *err)
{
	struct gather g = { .ctx.actor = rumpvfs_gather_one, .keep = true };
	struct whole *w = kzalloc(sizeof(*w), GFP_KERNEL);
	u64 off = 0;

	*err = w ? rumpvfs_gather_buffer(&g, GATHER_MAX) : -ENOMEM;
	if (*err)
		goto fail;
	INIT_LIST_HEAD(&w->chunks);
	for (;;) {
		*err = rumpvfs_gather(f, off, &g);
		if (*err && !off)
			goto fail;
		w->complete = !*err && !g.n && !g.bad;
		/* What is damaged behind here, the driver says again to who gets there. */
		if (*err || !g.n || !add_chunk(m, w, &g))
			break;
		off = g.last->off;
		if (g.bad)
			break;
	}
	*err = 0;
	kfree(g.buf);
	return w;
fail:
	kfree(g.buf);
	kfree(w);
	return NULL;
}

/* Where the entry behind position @off is; false: not in here. At the end *c is NULL. */
static bool find(struct whole *w, u64 off, struct chunk **c, unsigned int *at)
{
	const struct entry *e;
	struct chunk *k;
	u64 next = 0;

	list_for_each_entry(k, &w->chunks, list) {
		next = k->from;
		for (*at = 0; *at < k->used && next != off; *at += entry_size(e)) {
			e = (const struct entry *)(k->data + *at);
			next = e->off;
		}
		*c = k;
		if (next == off && *at < k->used)
			return true;
	}
	*c = NULL;
	return next == off && w->complete;
}

bool rumpvfs_whole_readdir(const struct filler *to, u64 id, struct file *f, u64 off,
			   struct gather *g, int *err)
{
	struct rumpvfs_mount *m = to->m;
	struct whole *w = xa_erase(&m->wholes, id), *old;
	const struct entry *e;
	struct chunk *c = NULL;
	unsigned long cost;
	unsigned int at = 0;
	bool any = false;

	if (!off) {
		free_whole(m, w);
		w = read_whole(m, f, err);
		if (!w)
			return true;
	}
	*err = 0;
	if (!w)
		return false;
	if (!find(w, off, &c, &at))
		goto out;
	any = !c;
	while (c) {
		e = (const struct entry *)(c->data + at);
		cost = g->cost + ALIGN(e->namelen, 8);
		if ((any && cost > g->budget) || rumpvfs_fill_one(to, e))
			break;
		g->budget -= min(cost, g->budget);
		any = true;
		at += entry_size(e);
		if (at == c->used) {
			c = list_is_last(&c->list, &w->chunks) ? NULL : list_next_entry(c, list);
			at = 0;
		}
	}
out:
	old = xa_store(&m->wholes, id, w, GFP_KERNEL);
	free_whole(m, xa_is_err(old) ? w : old);
	/* Released meanwhile? Then nobody else would drop it. */
	f = rumpvfs_file(m, id);
	if (f)
		fput(f);
	else
		rumpvfs_whole_drop(m, id);
	return any;
}
