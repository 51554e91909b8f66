/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of rumpvfs share. The interface is rump/rumpvfs.h.
 *
 * References
 *   mount     rumpvfs_mount owns one reference to the vfsmount (and through it
 *             one active reference to the super block), every node and every
 *             file of its tables, and the credentials it caches.
 *   node      owns one reference to its inode, and one to a positive dentry of it,
 *             but for a file that was removed on a server (rumpvfs_yield()).
 *             It lives while nlookup > 0; the root's never reaches zero.
 *             Functions that work on a node take their own dentry reference
 *             (rumpvfs_path()), so that forget() may come at any time.
 *   file      the table owns the struct file; users take their own reference
 *             (rumpvfs_file()) and give it back with fput().
 *   pipe      io.c, only while one read collects its pages.
 *   creds     enter() replaces the task's subjective credentials, leave()
 *             puts the objective ones back; nothing else is kept per task.
 *
 * Locks: rumpvfs_mount.lock covers the node tables, lookup counts, the LRU list
 * and the names of nodes. It is a leaf: no callback of a driver runs under it.
 */
#ifndef _RUMPVFS_PRIVATE_H
#define _RUMPVFS_PRIVATE_H

#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/errseq.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/path.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/task_work.h>
#include <linux/xarray.h>
#include <rump/rumpvfs.h>

#define RUMPVFS_CRED_BITS	5

struct rumpvfs_node {
	struct inode *inode;		/* the key in by_inode */
	struct dentry *dentry;		/* NULL: any alias */
	u64 id;
	u64 nlookup;
	struct list_head lru;
	struct list_head told;		/* in told_here of the directory; empty: the client asks for its name (told.c) */
	struct list_head told_here;
	/* Where names match without being equal: the spelling the client may cache. */
	char *name;
	unsigned int namelen;
};

struct rumpvfs_mount {
	struct vfsmount *mnt;
	struct super_block *sb;
	struct list_head below;		/* what was entered below it (below.c) */

	spinlock_t lock;
	struct xarray nodes;		/* id -> rumpvfs_node */
	struct xarray by_inode;
	struct list_head lru;		/* coldest first; without the root */
	u64 last_node;
	unsigned int nr_nodes;
	unsigned int max_nodes;
	unsigned int prune_at;		/* prune() when nr_nodes gets there */

	struct xarray files;		/* id -> struct file */
	u64 last_file;
	unsigned int releasing;		/* files whose close is under way */
	wait_queue_head_t released;
	unsigned long reading;		/* bytes that are being read, whose pages cannot be freed: io.c */
	wait_queue_head_t read;
	struct xarray listings;		/* id of an open directory -> what its reader has yet to get (dir.c) */

	struct xarray wholes;		/* id of an open directory -> all that was in it (whole.c) */
	unsigned long whole_bytes;	/* of all of them */

	bool casefold;
	bool indexed;			/* looking a name up does not read the directory */
	bool whole_listing;		/* positions in a directory move when it changes */
	bool fsync_all;			/* the driver's fsync leaves out what a file needs */
	bool remote;			/* others change it too: no disk below */
	char *options;			/* of a disk: for remounts, see remount_options() */
	errseq_t wb_err;		/* reported so far */
	struct rumpvfs_mark marks[RUMPVFS_MARKS];
	unsigned int nr_marks;
	errseq_t disk_err;		/* of the block device when the marks were set */

	struct hlist_head creds[1 << RUMPVFS_CRED_BITS];
	unsigned int nr_creds;

	void (*prune)(void *ctx, unsigned long long parent, unsigned long long node,
		      const char *name, unsigned int namelen);
	void (*stale)(void *ctx, unsigned long long parent,
		      const char *name, unsigned int namelen);
	void (*changed)(void *ctx, unsigned long long node);
	void (*doubt)(void *ctx, unsigned long long parent,
		      const char *name, unsigned int namelen);
	struct list_head watch;		/* in changed.c's list */
	void *ctx;
};

static inline struct user_namespace *rumpvfs_userns(struct rumpvfs_mount *m)
{
	return mnt_user_ns(m->mnt);
}

/* mark.c */
int rumpvfs_mark(const struct rumpvfs_mount *m, struct block_device *bdev, bool busy);

/*
 * mount.c: the value, of *@len bytes, of the option whose name is the @n bytes at @name, in the list @list; an empty one if it
 * has none, NULL if it is not there.
 */
const char *rumpvfs_option(const char *list, const char *name, size_t n, size_t *len);
/* quota.c: as @options (or NULL) say. What cannot be turned on is said in the log. */
void rumpvfs_quota_on(struct rumpvfs_mount *m, const char *options);

/* mount.c: how far ahead of a reader the driver of @sb reads */
void rumpvfs_set_readahead(struct super_block *sb);

/*
 * below.c. Nothing is taken out of rumpvfs_mount.below before the mount ends, so it can be walked without the lock.
 * rumpvfs_mine(): is @sb the mount's, or of something below it? rumpvfs_mnt_of(): the mount that @sb has here, whose reference is the
 * mount's. rumpvfs_root_at(): the root, without a reference, of what was entered at the directory @at, or NULL; rumpvfs_at(): the other way
 * round. rumpvfs_ino(): the number @ino of @dentry, or of an entry in it, for the client. rumpvfs_below_enter(): @path, if it is where the driver
 * mounts something, becomes its root; its references are the caller's also after an error (-EREMOTE: not to be entered). May sleep.
 * rumpvfs_below_end(): all of it goes; from now on rumpvfs_mine() alone may be called, and rumpvfs_below_free() at last.
 */
bool rumpvfs_mine(struct rumpvfs_mount *m, const struct super_block *sb);
struct vfsmount *rumpvfs_mnt_of(struct rumpvfs_mount *m, const struct super_block *sb);
struct dentry *rumpvfs_root_at(struct rumpvfs_mount *m, const struct inode *at);
struct inode *rumpvfs_at(struct rumpvfs_mount *m, const struct inode *root);
u64 rumpvfs_ino(struct rumpvfs_mount *m, const struct dentry *dentry, u64 ino);
int rumpvfs_below_enter(struct rumpvfs_mount *m, struct path *path);
int rumpvfs_below_sync(struct rumpvfs_mount *m);
void rumpvfs_below_end(struct rumpvfs_mount *m);
void rumpvfs_below_free(struct rumpvfs_mount *m);

/*
 * node.c; rumpvfs_room() may sleep: 0, -ENOMEM, or -EINTR for a caller that was killed. rumpvfs_path_end(): rumpvfs_path_put(), and rumpvfs_ret()
 * of what the driver said about the node at @path, not about a name in it.
 */
int rumpvfs_nodes_init(struct rumpvfs_mount *m);
void rumpvfs_nodes_destroy(struct rumpvfs_mount *m);
int rumpvfs_room(struct rumpvfs_mount *m);
int rumpvfs_path(struct rumpvfs_mount *m, u64 id, struct path *path);
long rumpvfs_path_end(struct path *path, long err);
int rumpvfs_dir_path(struct rumpvfs_mount *m, u64 id, struct path *path);
void rumpvfs_path_put(struct path *path);
int rumpvfs_entry(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
		  unsigned int len, struct rumpvfs_entry *e);
/* Likewise for a listing: a server is not asked for attributes that its driver deems old. */
int rumpvfs_entry_known(struct rumpvfs_mount *m, struct dentry *dentry, const char *name,
			unsigned int len, struct rumpvfs_entry *e);
void rumpvfs_yield(struct rumpvfs_mount *m, struct dentry *dentry);
void rumpvfs_name_gone(struct rumpvfs_mount *m, u64 parent, struct inode *inode,
		       const char *name, unsigned int len);
void rumpvfs_name_moved(struct rumpvfs_mount *m, u64 parent, struct inode *inode,
			const char *name, unsigned int len,
			const char *new, unsigned int newlen);
void rumpvfs_forget(struct rumpvfs_mount *m, unsigned long long id, unsigned long long n);

u64 rumpvfs_node_of(struct rumpvfs_mount *m, struct inode *inode);
/* With the lock held; may be NULL. */
struct rumpvfs_node *rumpvfs_node_find(struct rumpvfs_mount *m, struct inode *inode);

/* told.c */
void rumpvfs_told_init(struct rumpvfs_node *node);
void rumpvfs_told_forget(struct rumpvfs_node *node);
void rumpvfs_told_changed(struct rumpvfs_mount *m, struct inode *inode);
void rumpvfs_take_back(struct rumpvfs_mount *m, struct rumpvfs_node *node);
/* How long the client may believe the name of @e, which it has a reference to. */
void rumpvfs_tell(struct rumpvfs_mount *m, struct dentry *dentry, struct rumpvfs_entry *e);

/* changed.c */
void rumpvfs_watch(struct rumpvfs_mount *m);
void rumpvfs_unwatch(struct rumpvfs_mount *m);
/* The client was given, or has written, what is at @pos; does the driver keep it, too? */
void rumpvfs_uncached(struct rumpvfs_mount *m, struct file *f, loff_t pos);

/* name.c */
int rumpvfs_check_name(const char *name, unsigned int len);
int rumpvfs_qstr(struct dentry *dir, const char *name, unsigned int len, struct qstr *q);
struct dentry *rumpvfs_child_excl(struct rumpvfs_mount *m, struct path *dir, const char *name,
				  unsigned int len, unsigned int flags);
struct dentry *rumpvfs_child_unasked(struct rumpvfs_mount *m, struct path *dir, const char *name,
				     unsigned int len, unsigned int flags, wait_queue_head_t *wq);
struct dentry *rumpvfs_created(struct path *dir, struct dentry *dentry,
			       const char *name, unsigned int len);

/* file.c */
int rumpvfs_file_install(struct rumpvfs_mount *m, struct file *f, unsigned long long *id);
struct file *rumpvfs_file(struct rumpvfs_mount *m, u64 id);
void rumpvfs_files_destroy(struct rumpvfs_mount *m);
struct file *rumpvfs_opened(struct rumpvfs_mount *m, struct file *f, unsigned int oflags);
struct file *rumpvfs_open_path(struct rumpvfs_mount *m, struct path *path, unsigned int oflags);
unsigned int rumpvfs_open_flags(unsigned int oflags);

/* attr.c */
int rumpvfs_getattr_path(struct rumpvfs_mount *m, const struct path *path, struct rumpvfs_attr *attr);
/* With !@ask a server's driver says what it knows, be it old. */
int rumpvfs_peekattr_path(struct rumpvfs_mount *m, const struct path *path, bool ask, struct rumpvfs_attr *attr);

/* cred.c */
const struct cred *rumpvfs_cred_plain(void);
const struct cred *rumpvfs_cred_setgid(void);
const struct cred *rumpvfs_cred_security(void);
const struct cred *rumpvfs_cred_of_file(struct file *f);
void rumpvfs_cred_restore(const struct cred *old);
void rumpvfs_creds_destroy(struct rumpvfs_mount *m);

/*
 * fput() and mntput() leave the last steps to the way out to user mode. Where a
 * caller must see them done, do them now. No locks may be held.
 */
static inline void rumpvfs_run_deferred(void)
{
	if (task_work_pending(current))
		task_work_run();
}

/* Errors that Linux keeps to itself, as the client shall see them. */
long rumpvfs_ret(long err);

extern const struct rumpvfs_ops rumpvfs_ops;

/* The functions of the table, for ops.c. */
int rumpvfs_mount(const struct rumpvfs_mount_args *a, struct rumpvfs_mount **out);
int rumpvfs_remount(struct rumpvfs_mount *m, unsigned int flags, const char *options);
int rumpvfs_umount(struct rumpvfs_mount *m);
int rumpvfs_info(struct rumpvfs_mount *m, struct rumpvfs_info *info);
int rumpvfs_statfs(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_statfs *st);
int rumpvfs_syncfs(struct rumpvfs_mount *m);

int rumpvfs_enter(struct rumpvfs_mount *m, const struct rumpvfs_cred *cred);
void rumpvfs_leave(struct rumpvfs_mount *m);
int rumpvfs_pause(unsigned int ms);

int rumpvfs_lookup(struct rumpvfs_mount *m, unsigned long long parent,
		   const char *name, unsigned int len, struct rumpvfs_entry *e);
int rumpvfs_mknod(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		  unsigned int len, unsigned int mode, unsigned int rdev, struct rumpvfs_entry *e);
int rumpvfs_mkdir(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		  unsigned int len, unsigned int mode, struct rumpvfs_entry *e);
int rumpvfs_symlink(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		    unsigned int len, const char *target, struct rumpvfs_entry *e);
int rumpvfs_link(struct rumpvfs_mount *m, unsigned long long node, unsigned long long parent,
		 const char *name, unsigned int len, struct rumpvfs_entry *e);
int rumpvfs_unlink(struct rumpvfs_mount *m, unsigned long long parent,
		   const char *name, unsigned int len);
int rumpvfs_rmdir(struct rumpvfs_mount *m, unsigned long long parent,
		  const char *name, unsigned int len);
int rumpvfs_rename(struct rumpvfs_mount *m, unsigned long long op, const char *oname,
		   unsigned int olen, unsigned long long np, const char *nname,
		   unsigned int nlen, unsigned int flags);
long rumpvfs_readlink(struct rumpvfs_mount *m, unsigned long long node,
		      char *buf, unsigned int size);

/* A clock that stands, for one task: clock.c. On its stack. */
struct rumpvfs_clock {
	struct rumpvfs_clock *next;
	struct task_struct *task;
	struct timespec64 time;
};
/* Until rumpvfs_clock_go_on() the running task stamps with this time. */
void rumpvfs_clock_stop(struct rumpvfs_clock *c, long long sec, unsigned int nsec);
void rumpvfs_clock_go_on(struct rumpvfs_clock *c);

int rumpvfs_getattr(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr);
int rumpvfs_peekattr(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr);
int rumpvfs_setattr(struct rumpvfs_mount *m, unsigned long long node, unsigned long long file,
		    unsigned int set, struct rumpvfs_attr *attr);
int rumpvfs_kill_priv(struct rumpvfs_mount *m, unsigned long long node);
int rumpvfs_access(struct rumpvfs_mount *m, unsigned long long node, unsigned int mask);
long rumpvfs_getxattr(struct rumpvfs_mount *m, unsigned long long node, const char *name,
		      void *buf, unsigned long size);
long rumpvfs_listxattr(struct rumpvfs_mount *m, unsigned long long node,
		       char *buf, unsigned long size);
int rumpvfs_setxattr(struct rumpvfs_mount *m, unsigned long long node, const char *name,
		     const void *value, unsigned long size, int flags);
int rumpvfs_removexattr(struct rumpvfs_mount *m, unsigned long long node, const char *name);

int rumpvfs_open(struct rumpvfs_mount *m, unsigned long long node, unsigned int oflags,
		 unsigned long long *file);
int rumpvfs_create(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		   unsigned int len, unsigned int mode, unsigned int oflags,
		   struct rumpvfs_entry *e, unsigned long long *file);
int rumpvfs_tmpfile(struct rumpvfs_mount *m, unsigned long long parent, unsigned int mode,
		    unsigned int oflags, struct rumpvfs_entry *e, unsigned long long *file);
int rumpvfs_flush(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner);
void rumpvfs_release(struct rumpvfs_mount *m, unsigned long long file);
long rumpvfs_read(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		  unsigned long len, struct rumpvfs_pages *pages);
void rumpvfs_read_done(struct rumpvfs_pages *pages);
long rumpvfs_write(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		   const void *buf, unsigned long len);
long rumpvfs_write_early(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off, const void *buf,
			 unsigned long len, void (*sure)(void *ctx), void *ctx);
void rumpvfs_written(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		     unsigned long len);
int rumpvfs_sent(struct address_space *mapping);
int rumpvfs_fsync(struct rumpvfs_mount *m, unsigned long long file, int datasync);
int rumpvfs_fallocate(struct rumpvfs_mount *m, unsigned long long file, int mode,
		      unsigned long long off, unsigned long long len);
long long rumpvfs_lseek(struct rumpvfs_mount *m, unsigned long long file,
			unsigned long long off, int whence);
long rumpvfs_copy_file_range(struct rumpvfs_mount *m, unsigned long long in,
			     unsigned long long off_in, unsigned long long out,
			     unsigned long long off_out, unsigned long len, unsigned int flags);
int rumpvfs_is_written(struct rumpvfs_mount *m, unsigned long long node);
void rumpvfs_forget_name(struct rumpvfs_mount *m, unsigned long long node);
long rumpvfs_ioctl(struct rumpvfs_mount *m, unsigned long long file, unsigned int cmd, void *arg);
int rumpvfs_getlk(struct rumpvfs_mount *m, unsigned long long file, struct rumpvfs_lock *lk);
int rumpvfs_setlk(struct rumpvfs_mount *m, unsigned long long file,
		  const struct rumpvfs_lock *lk, int wait);
int rumpvfs_flock(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner,
		  unsigned int type, int wait);
void rumpvfs_locks_release(struct file *f);
/* What was closed by now shall be: see file.c. */
void rumpvfs_await_releases(struct rumpvfs_mount *m);
struct rumpvfs_owner {
	pid_t tgid;
	struct files_struct *files;
};
void rumpvfs_owner_begin(struct rumpvfs_owner *was, u64 owner);
void rumpvfs_owner_end(const struct rumpvfs_owner *was);
u64 rumpvfs_owner_of(struct file *f);
void rumpvfs_owner_leaves(struct file *f, u64 owner);
unsigned int rumpvfs_poll(struct rumpvfs_mount *m, unsigned long long file);

int rumpvfs_readdir(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		    unsigned long max_bytes, int plus, rumpvfs_fill_t fill, void *ctx);
void rumpvfs_listing_drop(struct rumpvfs_mount *m, u64 file);
void rumpvfs_listings_destroy(struct rumpvfs_mount *m);
void rumpvfs_whole_drop(struct rumpvfs_mount *m, u64 file);
void rumpvfs_wholes_destroy(struct rumpvfs_mount *m);

#endif
