// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that change behind the client's back: where others write to the file
 * system too, a driver that learns of it (a lease is called back, a time stamp is
 * not the old one) drops the pages it has cached, by invalidate_inode_pages2().
 * The client's own cache is as stale then. That function is wrapped when a
 * component is linked (link-component), since drivers have no other word for it.
 * Where a driver may have dropped what it had before, its own code says so
 * (rumpvfs_inode_changed()).
 *
 * And a driver may not cache at all, having no lease: then nobody will ever tell it of
 * a change, and the client must not keep what it was given either (rumpvfs_uncached()).
 *
 * The list of mounts is global, for the function knows nothing but the inode.
 * There is one CPU and no preemption; nothing here sleeps.
 */
#include <linux/pagemap.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

int __real_invalidate_inode_pages2(struct address_space *mapping);
int __wrap_invalidate_inode_pages2(struct address_space *mapping);

static LIST_HEAD(watchers);

void rumpvfs_watch(struct rumpvfs_mount *m)
{
	INIT_LIST_HEAD(&m->watch);
	if (m->changed || m->doubt)
		list_add(&m->watch, &watchers);
}

void rumpvfs_unwatch(struct rumpvfs_mount *m)
{
	list_del_init(&m->watch);
}

void rumpvfs_inode_changed(struct inode *inode)
{
	struct rumpvfs_mount *m;
	u64 id;

	list_for_each_entry(m, &watchers, watch) {
		if (!rumpvfs_mine(m, inode->i_sb))
			continue;
		id = rumpvfs_node_of(m, inode);
		if (id)
			m->changed(m->ctx, id);
	}
}

void rumpvfs_names_changed(struct inode *dir)
{
	struct rumpvfs_mount *m;

	list_for_each_entry(m, &watchers, watch)
		if (rumpvfs_mine(m, dir->i_sb))
			rumpvfs_told_changed(m, dir);
}

static bool is_open(struct rumpvfs_mount *m, const struct inode *inode)
{
	struct file *f;
	unsigned long id;

	xa_for_each(&m->files, id, f)
		if (file_inode(f) == inode)
			return true;
	return false;
}

/*
 * Said at once, past what rumpvfs_inode_changed() has queued. The client may wait there for an inode that it is freeing, and that for
 * us; what it has open it is not freeing.
 */
void rumpvfs_promise_ends(struct inode *inode)
{
	struct rumpvfs_mount *m;
	u64 id;

	list_for_each_entry(m, &watchers, watch) {
		if (!m->doubt || !rumpvfs_mine(m, inode->i_sb) || !is_open(m, inode))
			continue;
		id = rumpvfs_node_of(m, inode);
		if (id)
			m->doubt(m->ctx, id, NULL, 0);
	}
}

void rumpvfs_uncached(struct rumpvfs_mount *m, struct file *f, loff_t pos)
{
	void *page;

	if (!m->changed)
		return;
	page = xa_load(&f->f_mapping->i_pages, pos >> PAGE_SHIFT);
	if (!page || xa_is_value(page))
		rumpvfs_inode_changed(file_inode(f));
}

int __wrap_invalidate_inode_pages2(struct address_space *mapping)
{
	int err = __real_invalidate_inode_pages2(mapping);

	rumpvfs_inode_changed(mapping->host);
	return err;
}
