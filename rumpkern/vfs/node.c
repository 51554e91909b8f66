// SPDX-License-Identifier: GPL-2.0-only
/*
 * Node ids: which inode a client means, how many references it holds, and which
 * nodes it should give up when there are too many.
 *
 * There is one node per inode. It pins the first dentry through which the
 * inode was found, also after unlink, as long as there is no other alias that is
 * hashed. On a server, where a name may belong to another file
 * by now, it is the one that was looked up last. References: rumpvfs_private.h.
 */
#include <linux/delay.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

/*
 * Where @inode is in by_inode: no two lie that close to each other. A hash table would need large pieces
 * of memory when there are many, which is when there are none.
 */
static unsigned long key(struct inode *inode)
{
	BUILD_BUG_ON(sizeof(*inode) < 1 << 8);
	return __pa(inode) >> 8;
}

/* --- errors ----------------------------------------------------------------- */

long rumpvfs_ret(long err)
{
	if (likely(err > -512))
		return err;
	switch (err) {
	case -ERESTARTSYS:
	case -ERESTARTNOINTR:
	case -ERESTARTNOHAND:
	case -ERESTART_RESTARTBLOCK:
		return -EINTR;
	case -ENOIOCTLCMD:
		return -ENOTTY;
	case -ENOTSUPP:
		return -EOPNOTSUPP;
	case -EOPENSTALE:
	case -EBADHANDLE:
		return -ESTALE;
	case -EJUKEBOX:
		return -EAGAIN;
	}
	return err > -MAX_ERRNO ? -EIO : err;
}

struct rumpvfs_node *rumpvfs_node_find(struct rumpvfs_mount *m, struct inode *inode)
{
	struct rumpvfs_node *node = xa_load(&m->by_inode, key(inode));
	struct inode *at = node || list_empty(&m->below) ? NULL : rumpvfs_at(m, inode);

	return at ? xa_load(&m->by_inode, key(at)) : node;
}

/* --- pruning ------------------------------------------------------------------ */

/* Of the directory that holds @dentry; 0 if the client does not know it. */
static u64 parent_id(struct rumpvfs_mount *m, struct dentry *dentry)
{
	struct rumpvfs_node *node = rumpvfs_node_find(m, d_inode(dentry->d_parent));

	return node ? node->id : 0;
}

/* The node of @inode; 0 if the client does not know it. */
u64 rumpvfs_node_of(struct rumpvfs_mount *m, struct inode *inode)
{
	struct rumpvfs_node *node;
	u64 id;

	spin_lock(&m->lock);
	node = rumpvfs_node_find(m, inode);
	id = node ? node->id : 0;
	spin_unlock(&m->lock);
	return id;
}

/* What the client calls @node, which has a dentry, until release_dentry_name_snapshot(). With the lock held. */
static const char *client_name(struct rumpvfs_node *node, struct name_snapshot *snap, unsigned int *len)
{
	take_dentry_name_snapshot(snap, node->dentry);
	*len = node->name ? node->namelen : snap->name.len;
	return node->name ?: (const char *)snap->name.name;
}

void rumpvfs_forget_name(struct rumpvfs_mount *m, unsigned long long id)
{
	struct rumpvfs_node *node;
	struct name_snapshot snap;
	unsigned int len;
	const char *name;
	u64 parent;

	if (!m->stale)
		return;
	spin_lock(&m->lock);
	node = xa_load(&m->nodes, id);
	parent = node && node->dentry && !d_unhashed(node->dentry) ? parent_id(m, node->dentry) : 0;
	if (parent) {
		name = client_name(node, &snap, &len);
		m->stale(m->ctx, parent, name, len);
		release_dentry_name_snapshot(&snap);
	}
	spin_unlock(&m->lock);
}

/*
 * Ask the client to forget the coldest nodes that nobody else uses: no open
 * file, no child in the dcache. Called with the lock held. The next time is due
 * when the number has grown further, or when it fell and rose again.
 */
static void prune_nodes(struct rumpvfs_mount *m)
{
	unsigned int batch = clamp(m->max_nodes / 16, 16u, 1024u);
	unsigned int scan = 4 * batch, found = 0;
	struct rumpvfs_node *node, *next;
	struct name_snapshot snap;
	unsigned int len;
	const char *name;
	LIST_HEAD(seen);
	u64 parent;

	list_for_each_entry_safe(node, next, &m->lru, lru) {
		if (found == batch || !scan--)
			break;
		list_move_tail(&node->lru, &seen);
		if (!node->dentry || d_count(node->dentry) != 1 || d_unhashed(node->dentry))
			continue;
		parent = parent_id(m, node->dentry);
		if (!parent)
			continue;
		name = client_name(node, &snap, &len);
		m->prune(m->ctx, parent, node->id, name, len);
		release_dentry_name_snapshot(&snap);
		found++;
	}
	list_splice_tail(&seen, &m->lru);
	m->prune_at = m->nr_nodes + batch / 2;
}

/*
 * May something come that stays as long as the client holds it? Asked before whatever makes a
 * node or opens a file, with no lock held; all else goes on when the answer is -ENOMEM.
 */
int rumpvfs_room(struct rumpvfs_mount *m)
{
	unsigned int tries = 0, before;

	while (unlikely(rump_mem_short())) {
		if (!m->prune || tries == 10)
			goto none;
		spin_lock(&m->lock);
		before = m->nr_nodes;
		prune_nodes(m);
		spin_unlock(&m->lock);
		if (msleep_interruptible(20))
			return -EINTR;
		/* What the client gives back comes while we sleep. */
		tries = m->nr_nodes < before ? 0 : tries + 1;
	}
	return 0;
none:
	pr_warn_ratelimited("out of memory: %u files and directories are in use; the option memsize= grants more\n",
			    m->nr_nodes);
	return -ENOMEM;
}

/* --- lookup counts ---------------------------------------------------------- */

static void free_node(struct rumpvfs_node *node)
{
	dput(node->dentry);
	iput(node->inode);
	kfree(node->name);
	kfree(node);
}

static struct rumpvfs_node *new_node(struct rumpvfs_mount *m, struct dentry *dentry,
				     const char *name, unsigned int len)
{
	struct rumpvfs_node *node = kzalloc(sizeof(*node), GFP_KERNEL);
	int err = -ENOMEM;

	if (!node)
		return ERR_PTR(-ENOMEM);
	if (m->casefold && name) {
		node->name = kmemdup(name, len, GFP_KERNEL);
		node->namelen = len;
		if (!node->name)
			goto out;
	}
	node->inode = d_inode(dentry);
	ihold(node->inode);
	node->dentry = dget(dentry);
	INIT_LIST_HEAD(&node->lru);
	rumpvfs_told_init(node);
	spin_lock(&m->lock);
	node->id = ++m->last_node;
	spin_unlock(&m->lock);
	err = xa_reserve(&m->by_inode, key(node->inode), GFP_KERNEL) ?:
	      xa_err(xa_store(&m->nodes, node->id, node, GFP_KERNEL));
	if (!err)
		return node;
	xa_release(&m->by_inode, key(node->inode));
	free_node(node);
	return ERR_PTR(err);
out:
	kfree(node);
	return ERR_PTR(err);
}

/*
 * Is @dentry the better name for what @node, which knows another one, stands for?
 * With the lock held.
 */
static bool better_name(struct rumpvfs_mount *m, struct rumpvfs_node *node, struct dentry *dentry)
{
	if (d_unhashed(dentry))
		return false;
	return m->remote || !node->dentry || d_unhashed(node->dentry);
}

/* May the client cache this name of the node? Called with the lock held. */
static bool canonical(struct rumpvfs_mount *m, struct rumpvfs_node *node,
		      const char *name, unsigned int len)
{
	if (!m->casefold || !name)
		return true;
	if (!S_ISDIR(node->inode->i_mode) && node->inode->i_nlink > 1)
		return false;
	return node->name && node->namelen == len && !memcmp(node->name, name, len);
}

/*
 * The node of a positive dentry, made if need be, with one more reference.
 * @name is what the client called it.
 */
static int node_get(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
		    unsigned int len, u64 *id, unsigned int *is_canonical)
{
	struct inode *inode = d_inode(dentry);
	struct rumpvfs_node *node, *new = NULL;
	struct dentry *old = NULL;
	int err;

	for (;;) {
		spin_lock(&m->lock);
		node = rumpvfs_node_find(m, inode);
		if (node || new)
			break;
		spin_unlock(&m->lock);
		new = new_node(m, dentry, name, len);
		if (IS_ERR(new))
			return PTR_ERR(new);
	}
	if (!node) {
		err = xa_err(xa_store(&m->by_inode, key(inode), new, GFP_ATOMIC));
		if (err) {
			spin_unlock(&m->lock);
			xa_erase(&m->nodes, new->id);
			free_node(new);
			return err;
		}
		node = new;
		new = NULL;
		m->nr_nodes++;
		list_add_tail(&node->lru, &m->lru);
		if (m->nr_nodes > m->prune_at && m->prune)
			prune_nodes(m);
	} else if (node->dentry != dentry && better_name(m, node, dentry)) {
		rumpvfs_take_back(m, node);
		old = node->dentry;
		node->dentry = dget(dentry);
	}
	if (!list_empty(&node->lru))
		list_move_tail(&node->lru, &m->lru);
	node->nlookup++;
	*id = node->id;
	*is_canonical = canonical(m, node, name, len);
	spin_unlock(&m->lock);
	dput(old);
	if (new) {
		xa_erase(&m->nodes, new->id);
		free_node(new);
	}
	return 0;
}

void rumpvfs_forget(struct rumpvfs_mount *m, unsigned long long id, unsigned long long n)
{
	struct rumpvfs_node *node;

	spin_lock(&m->lock);
	node = xa_load(&m->nodes, id);
	if (!node || id == RUMPVFS_ROOT) {
		spin_unlock(&m->lock);
		return;
	}
	node->nlookup -= min(n, node->nlookup);
	if (node->nlookup) {
		spin_unlock(&m->lock);
		return;
	}
	xa_erase(&m->by_inode, key(node->inode));
	xa_erase(&m->nodes, id);
	list_del(&node->lru);
	rumpvfs_told_forget(node);
	m->nr_nodes--;
	if (m->nr_nodes <= m->max_nodes)
		m->prune_at = m->max_nodes;
	spin_unlock(&m->lock);
	free_node(node);
}

/* --- the client's view ---------------------------------------------------------- */

/* The directory @path, if something is mounted there that was entered, is the root of that. */
static void below_path(struct rumpvfs_mount *m, struct path *path)
{
	struct dentry *root;

	path->mnt = rumpvfs_mnt_of(m, path->dentry->d_sb);
	if (likely(!IS_AUTOMOUNT(d_inode(path->dentry))))
		return;
	root = rumpvfs_root_at(m, d_inode(path->dentry));
	if (root) {
		path->mnt = rumpvfs_mnt_of(m, root->d_sb);
		path->dentry = root;
	}
}

/*
 * The name that @node had is gone: another, if the dcache knows one. Returns the old dentry, whose reference is the caller's, or NULL.
 * With the lock held.
 */
static struct dentry *take_other_name(struct rumpvfs_mount *m, struct rumpvfs_node *node)
{
	struct dentry *old = node->dentry, *other;

	if (!old || !d_unhashed(old) || d_is_dir(old))
		return NULL;
	other = d_find_alias(node->inode);
	if (!other)
		return NULL;
	rumpvfs_take_back(m, node);
	node->dentry = other;
	return old;
}

/* The path of a node, with a reference to the dentry only. */
int rumpvfs_path(struct rumpvfs_mount *m, u64 id, struct path *path)
{
	struct rumpvfs_node *node;
	struct inode *inode = NULL;
	struct dentry *old = NULL;
	int err = -ESTALE;

	spin_lock(&m->lock);
	node = xa_load(&m->nodes, id);
	if (node && node->nlookup) {
		old = take_other_name(m, node);
		if (!node->dentry) {
			inode = node->inode;
			ihold(inode);
		} else if (d_inode(node->dentry) == node->inode) {
			path->dentry = node->dentry;
			below_path(m, path);
			dget(path->dentry);
			err = 0;
		}
	}
	spin_unlock(&m->lock);
	dput(old);
	if (!inode)
		return err;
	path->mnt = rumpvfs_mnt_of(m, inode->i_sb);
	path->dentry = d_obtain_alias(inode);	/* takes the reference */
	return PTR_ERR_OR_ZERO(path->dentry);
}

bool __weak rumpvfs_by_name(void)
{
	return false;
}

/*
 * @dentry, of a file, is about to be removed by the caller, who holds it. A driver that
 * cannot remove what is in use, but only rename it out of the way, takes a
 * dentry that somebody else holds for one: the node does not count as such. Only
 * a server has such drivers, and a disk's must find what was removed and is open. A driver
 * that asks its server by names must have the dentry.
 */
void rumpvfs_yield(struct rumpvfs_mount *m, struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	struct rumpvfs_node *node;
	struct dentry *old = NULL;

	if (!m->remote || rumpvfs_by_name() || d_is_dir(dentry))
		return;
	spin_lock(&m->lock);
	node = rumpvfs_node_find(m, inode);
	if (node && node->dentry == dentry) {
		old = node->dentry;
		node->dentry = NULL;
		list_del_init(&node->told);
	}
	spin_unlock(&m->lock);
	dput(old);
}

/*
 * A driver that asks its server by names says ENOENT when the one that it asked by is gone. The client may have meant another, or what has
 * taken its place, and looks that up when it hears ESTALE; nothing is left then to find the old one by.
 */
long rumpvfs_path_end(struct path *path, long err)
{
	if (err == -ENOENT && !d_is_dir(path->dentry)) {
		d_invalidate(path->dentry);
		err = -ESTALE;
	}
	rumpvfs_path_put(path);
	return rumpvfs_ret(err);
}

int rumpvfs_dir_path(struct rumpvfs_mount *m, u64 id, struct path *path)
{
	int err = rumpvfs_path(m, id, path);

	if (err)
		return err;
	err = rumpvfs_below_enter(m, path);
	if (err) {
		rumpvfs_path_put(path);
		return err;
	}
	if (!d_can_lookup(path->dentry)) {
		rumpvfs_path_put(path);
		err = -ENOTDIR;
	}
	return err;
}

void rumpvfs_path_put(struct path *path)
{
	dput(path->dentry);
}

/* Fill @e for a positive dentry and take a reference for the client. */
static int fill_entry(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
		      unsigned int len, bool ask, struct rumpvfs_entry *e)
{
	struct path path = { .dentry = dentry };
	u64 id;
	int err;

	memset(e, 0, sizeof(*e));
	err = node_get(m, dentry, name, len, &id, &e->canonical);
	if (err)
		return err;
	below_path(m, &path);
	err = m->remote ? rumpvfs_peekattr_path(m, &path, ask, &e->attr) :
			  rumpvfs_getattr_path(m, &path, &e->attr);
	if (err) {
		rumpvfs_forget(m, id, 1);
		return err;
	}
	e->node = id;
	e->generation = d_inode(dentry)->i_generation;
	rumpvfs_tell(m, dentry, e);
	return 0;
}

int rumpvfs_entry(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
		  unsigned int len, struct rumpvfs_entry *e)
{
	return fill_entry(m, dentry, name, len, true, e);
}

int rumpvfs_entry_known(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
			unsigned int len, struct rumpvfs_entry *e)
{
	return fill_entry(m, dentry, name, len, false, e);
}

/*
 * An entry of @inode was removed by the name @name, or moved to @new. If the
 * client may have cached another spelling, tell it. The inode must be pinned.
 */
static void name_changed(struct rumpvfs_mount *m, u64 parent, struct inode *inode,
			 const char *name, unsigned int len, char *new, unsigned int newlen)
{
	struct rumpvfs_node *node;
	char *old = NULL;
	unsigned int oldlen = 0;

	spin_lock(&m->lock);
	node = rumpvfs_node_find(m, inode);
	if (node) {
		old = node->name;
		oldlen = node->namelen;
		node->name = new;
		node->namelen = newlen;
		new = NULL;
	}
	spin_unlock(&m->lock);
	if (old && m->stale && (oldlen != len || memcmp(old, name, len)))
		m->stale(m->ctx, parent, old, oldlen);
	kfree(old);
	kfree(new);
}

void rumpvfs_name_gone(struct rumpvfs_mount *m, u64 parent, struct inode *inode,
		       const char *name, unsigned int len)
{
	if (m->casefold)
		name_changed(m, parent, inode, name, len, NULL, 0);
}

void rumpvfs_name_moved(struct rumpvfs_mount *m, u64 parent, struct inode *inode,
			const char *name, unsigned int len,
			const char *new, unsigned int newlen)
{
	if (m->casefold)	/* without memory no name is canonical: correct, slower */
		name_changed(m, parent, inode, name, len,
			     kmemdup(new, newlen, GFP_KERNEL), newlen);
}

/* --- begin and end ---------------------------------------------------------------- */

int rumpvfs_nodes_init(struct rumpvfs_mount *m)
{
	struct rumpvfs_node *root;
	unsigned int unused;
	u64 id;
	int err;

	xa_init(&m->nodes);
	INIT_LIST_HEAD(&m->lru);
	m->prune_at = m->max_nodes;
	xa_init(&m->by_inode);
	err = node_get(m, m->mnt->mnt_root, NULL, 0, &id, &unused);
	if (err) {
		rumpvfs_nodes_destroy(m);
		return err;
	}
	WARN_ON(id != RUMPVFS_ROOT);
	root = xa_load(&m->nodes, id);
	list_del_init(&root->lru);
	return 0;
}

void rumpvfs_nodes_destroy(struct rumpvfs_mount *m)
{
	struct rumpvfs_node *node;
	unsigned long id;

	xa_destroy(&m->by_inode);
	xa_for_each(&m->nodes, id, node) {
		xa_erase(&m->nodes, id);
		free_node(node);
		cond_resched();
	}
	xa_destroy(&m->nodes);
}
