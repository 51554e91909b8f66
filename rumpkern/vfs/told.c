// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names that the client believes without asking, since the driver would not ask its server either, until the
 * driver learns that the directory is another: then it asks again for every name in it, and the client must
 * too. A driver of that kind says so in rumpvfs_name_valid_ns() and calls rumpvfs_names_changed().
 *
 * The node of a directory has a list of the nodes whose names there were told. What was told of a node is the name
 * that its dentry has: node.c takes it back when it exchanges the dentry. Of a file with several names none is
 * told. All of it is under rumpvfs_mount.lock; the callback must not block.
 */
#include <asm/rump.h>
#include "rumpvfs_private.h"

u64 __weak rumpvfs_name_valid_ns(struct dentry *dentry, bool *may_end)
{
	*may_end = false;
	return rumpvfs_valid_ns(dentry, false);
}

void rumpvfs_tell(struct rumpvfs_mount *m, struct dentry *dentry, struct rumpvfs_entry *e)
{
	struct inode *inode = d_inode(dentry);
	struct rumpvfs_node *node, *dir;
	bool may_end;
	u64 ns;

	ns = rumpvfs_name_valid_ns(dentry, &may_end);
	if (!ns || !may_end) {
		e->valid_ns = ns;
		return;
	}
	if (!m->doubt || (!S_ISDIR(inode->i_mode) && inode->i_nlink > 1))
		return;
	spin_lock(&m->lock);
	node = rumpvfs_node_find(m, inode);
	dir = rumpvfs_node_find(m, d_inode(dentry->d_parent));
	if (node && dir && node->dentry == dentry && !d_unhashed(dentry)) {
		list_move_tail(&node->told, &dir->told_here);
		e->valid_ns = ns;
		e->may_end = 1;
	}
	spin_unlock(&m->lock);
}

/* With the lock held. */
void rumpvfs_take_back(struct rumpvfs_mount *m, struct rumpvfs_node *node)
{
	struct name_snapshot snap;
	struct rumpvfs_node *dir;

	if (list_empty(&node->told))
		return;
	list_del_init(&node->told);
	if (!node->dentry)
		return;
	dir = rumpvfs_node_find(m, d_inode(node->dentry->d_parent));
	if (!dir)
		return;
	take_dentry_name_snapshot(&snap, node->dentry);
	m->doubt(m->ctx, dir->id, snap.name.name, snap.name.len);
	release_dentry_name_snapshot(&snap);
}

void rumpvfs_told_changed(struct rumpvfs_mount *m, struct inode *inode)
{
	struct rumpvfs_node *dir, *node, *next;

	if (!m->doubt)
		return;
	spin_lock(&m->lock);
	dir = rumpvfs_node_find(m, inode);
	if (dir) {
		list_for_each_entry_safe(node, next, &dir->told_here, told)
			rumpvfs_take_back(m, node);
		m->doubt(m->ctx, dir->id, NULL, 0);
	}
	spin_unlock(&m->lock);
}

void rumpvfs_told_init(struct rumpvfs_node *node)
{
	INIT_LIST_HEAD(&node->told);
	INIT_LIST_HEAD(&node->told_here);
}

/* The client knows @node no more. With the lock held. */
void rumpvfs_told_forget(struct rumpvfs_node *node)
{
	struct rumpvfs_node *child, *next;

	list_del_init(&node->told);
	list_for_each_entry_safe(child, next, &node->told_here, told)
		list_del_init(&child->told);
}
