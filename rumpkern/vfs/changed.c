// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that change behind the client's back: where others write to the file
 * system too, a driver that learns of it (a lease is called back, a time stamp is
 * not the old one) drops the pages it has cached, by invalidate_inode_pages2().
 * The client's own cache is as stale then. That function is wrapped when a
 * component is linked (link-component), since drivers have no other word for it.
 *
 * The list of mounts is global, for the function knows nothing but the inode.
 * There is one CPU and no preemption; nothing here sleeps.
 */
#include <linux/pagemap.h>
#include "rumpvfs_private.h"

int __real_invalidate_inode_pages2(struct address_space *mapping);
int __wrap_invalidate_inode_pages2(struct address_space *mapping);

static LIST_HEAD(watchers);

void rumpvfs_watch(struct rumpvfs_mount *m)
{
	INIT_LIST_HEAD(&m->watch);
	if (m->changed)
		list_add(&m->watch, &watchers);
}

void rumpvfs_unwatch(struct rumpvfs_mount *m)
{
	list_del_init(&m->watch);
}

int __wrap_invalidate_inode_pages2(struct address_space *mapping)
{
	int err = __real_invalidate_inode_pages2(mapping);
	struct inode *inode = mapping->host;
	struct rumpvfs_mount *m;

	list_for_each_entry(m, &watchers, watch) {
		u64 id;

		if (m->sb != inode->i_sb)
			continue;
		id = rumpvfs_node_of(m, inode);
		if (id)
			m->changed(m->ctx, id);
	}
	return err;
}
