// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes: getattr, setattr, access.
 *
 * setattr() is chmod, chown, truncate and utimes at once, as FUSE asks for
 * them. The size goes first and on its own, through do_truncate(), which has
 * rules that notify_change() alone has not.
 */
#include <linux/file.h>
#include <linux/security.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

u64 __weak rumpvfs_valid_ns(struct dentry *dentry, bool reading)
{
	return 0;
}

/*
 * Before each read: no more is asked for than the size, lest an attribute that the server never
 * tells in a way that the driver understands costs a call of the server each time.
 */
#define READING	(STATX_TYPE | STATX_INO | STATX_SIZE)

static int get(struct rumpvfs_mount *m, const struct path *path, u32 mask, unsigned int sync,
	       struct rumpvfs_attr *attr)
{
	struct kstat st;
	int err;

	err = vfs_getattr(path, &st, mask, sync);
	if (err)
		return rumpvfs_ret(err);
	memset(attr, 0, sizeof(*attr));
	attr->ino = rumpvfs_ino(m, path->dentry, st.ino);
	attr->size = st.size;
	attr->blocks = st.blocks;
	attr->atime = st.atime.tv_sec;
	attr->atime_nsec = st.atime.tv_nsec;
	attr->mtime = st.mtime.tv_sec;
	attr->mtime_nsec = st.mtime.tv_nsec;
	attr->ctime = st.ctime.tv_sec;
	attr->ctime_nsec = st.ctime.tv_nsec;
	if (st.result_mask & STATX_BTIME) {
		attr->has_btime = 1;
		attr->btime = st.btime.tv_sec;
		attr->btime_nsec = st.btime.tv_nsec;
	}
	attr->mode = st.mode;
	attr->nlink = st.nlink;
	attr->uid = from_kuid_munged(&init_user_ns, st.uid);
	attr->gid = from_kgid_munged(&init_user_ns, st.gid);
	attr->rdev = new_encode_dev(st.rdev);
	attr->blksize = st.blksize;
	attr->valid_ns = rumpvfs_valid_ns(path->dentry, mask == READING);
	return 0;
}

#define ALL	(STATX_BASIC_STATS | STATX_BTIME)

int rumpvfs_getattr_path(struct rumpvfs_mount *m, const struct path *path, struct rumpvfs_attr *attr)
{
	return get(m, path, ALL, AT_STATX_SYNC_AS_STAT, attr);
}

/*
 * A server's driver that is asked for times writes first what it holds back, and waits
 * until that is on the server's disk. What is not asked for it fills in as it knows it.
 */
#define PEEK	(STATX_BASIC_STATS & ~(STATX_ATIME | STATX_MTIME | STATX_CTIME | STATX_BLOCKS))

int rumpvfs_peekattr_path(struct rumpvfs_mount *m, const struct path *path, bool ask,
			  struct rumpvfs_attr *attr)
{
	return get(m, path, PEEK, ask ? AT_STATX_SYNC_AS_STAT : AT_STATX_DONT_SYNC, attr);
}

static int get_node(struct rumpvfs_mount *m, unsigned long long node, u32 mask,
		    struct rumpvfs_attr *attr)
{
	struct path path;
	int err;

	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	return rumpvfs_path_end(&path, get(m, &path, mask, AT_STATX_SYNC_AS_STAT, attr));
}

int rumpvfs_peekattr(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr)
{
	return get_node(m, node, READING, attr);
}

int rumpvfs_getattr(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr)
{
	return get_node(m, node, ALL, attr);
}

/* truncate(2) without @file, ftruncate(2) with it. The mount is held for writing. */
static int set_size(struct rumpvfs_mount *m, struct path *path, struct file *file, u64 size)
{
	struct inode *inode = d_inode(path->dentry);
	int err;

	if (S_ISDIR(inode->i_mode))
		return -EISDIR;
	if (!S_ISREG(inode->i_mode) || size > LLONG_MAX)
		return -EINVAL;
	if (file) {
		if (!(file->f_mode & FMODE_WRITE))
			return -EINVAL;
	} else {
		err = inode_permission(rumpvfs_userns(m), inode, MAY_WRITE);
		if (err)
			return err;
	}
	if (IS_APPEND(inode))
		return -EPERM;
	err = get_write_access(inode);
	if (err)
		return err;
	err = do_truncate(rumpvfs_userns(m), path->dentry, size,
			  file ? ATTR_MTIME | ATTR_CTIME : 0, file);
	put_write_access(inode);
	return err;
}

/* All but the size, as notify_change() wants it. */
static int make_iattr(struct rumpvfs_mount *m, struct inode *inode, unsigned int set,
		      const struct rumpvfs_attr *attr, struct iattr *ia)
{
	unsigned int times = RUMPVFS_SET_ATIME | RUMPVFS_SET_MTIME;
	unsigned int now = RUMPVFS_SET_ATIME_NOW | RUMPVFS_SET_MTIME_NOW;
	unsigned int touch = RUMPVFS_SET_ATIME_NOW | RUMPVFS_SET_MTIME | RUMPVFS_SET_CTIME;
	bool kill = set & RUMPVFS_SET_KILL_PRIV;

	/* A client with a clock of its own says what its present is, for its clock is the one that counts. */
	if ((set & touch) == touch && attr->mtime == attr->ctime && attr->mtime_nsec == attr->ctime_nsec)
		set = (set & ~RUMPVFS_SET_MTIME) | RUMPVFS_SET_MTIME_NOW;
	memset(ia, 0, sizeof(*ia));
	if (set & RUMPVFS_SET_MODE) {
		ia->ia_valid |= ATTR_MODE;
		ia->ia_mode = (attr->mode & S_IALLUGO) | (inode->i_mode & S_IFMT);
	}
	if (set & RUMPVFS_SET_UID) {
		ia->ia_valid |= ATTR_UID;
		ia->ia_uid = make_kuid(&init_user_ns, attr->uid);
		if (!uid_valid(ia->ia_uid))
			return -EINVAL;
	}
	if (set & RUMPVFS_SET_GID) {
		ia->ia_valid |= ATTR_GID;
		ia->ia_gid = make_kgid(&init_user_ns, attr->gid);
		if (!gid_valid(ia->ia_gid))
			return -EINVAL;
	}
	if ((ia->ia_valid & (ATTR_UID | ATTR_GID)) && !S_ISDIR(inode->i_mode))
		kill = true;
	if (kill) {
		ia->ia_valid |= ATTR_KILL_PRIV;
		if (!(set & RUMPVFS_SET_MODE))	/* else the mode says it */
			ia->ia_valid |= ATTR_KILL_SUID | setattr_should_drop_sgid(rumpvfs_userns(m), inode);
	}
	if (set & (RUMPVFS_SET_ATIME | RUMPVFS_SET_ATIME_NOW))
		ia->ia_valid |= ATTR_ATIME;
	if (set & (RUMPVFS_SET_MTIME | RUMPVFS_SET_MTIME_NOW))
		ia->ia_valid |= ATTR_MTIME;
	if ((set & RUMPVFS_SET_ATIME) && !(set & RUMPVFS_SET_ATIME_NOW)) {
		ia->ia_valid |= ATTR_ATIME_SET;
		ia->ia_atime.tv_sec = attr->atime;
		ia->ia_atime.tv_nsec = attr->atime_nsec;
	}
	if ((set & RUMPVFS_SET_MTIME) && !(set & RUMPVFS_SET_MTIME_NOW)) {
		ia->ia_valid |= ATTR_MTIME_SET;
		ia->ia_mtime.tv_sec = attr->mtime;
		ia->ia_mtime.tv_nsec = attr->mtime_nsec;
	}
	/* To set both to now needs write access only; anything else ownership. */
	if ((set & now) == now)
		ia->ia_valid |= ATTR_TOUCH;
	else if (set & (times | now))
		ia->ia_valid |= ATTR_TIMES_SET;
	if (attr->atime_nsec >= NSEC_PER_SEC && (ia->ia_valid & ATTR_ATIME_SET))
		return -EINVAL;
	if (attr->mtime_nsec >= NSEC_PER_SEC && (ia->ia_valid & ATTR_MTIME_SET))
		return -EINVAL;
	if (ia->ia_valid)
		ia->ia_valid |= ATTR_CTIME;
	return 0;
}

/*
 * With a writeback cache the host sets the times of what it wrote, by the open file; utimensat(2) comes
 * without one. Where flags forbid to set times those that the driver set itself stand: close(2) must
 * not fail after a write that was allowed.
 */
static bool times_of_writeback(unsigned int set, const struct file *file, const struct inode *inode)
{
	return file && set == (RUMPVFS_SET_MTIME | RUMPVFS_SET_CTIME) && (IS_APPEND(inode) || IS_IMMUTABLE(inode));
}

int rumpvfs_setattr(struct rumpvfs_mount *m, unsigned long long node, unsigned long long file,
		    unsigned int set, struct rumpvfs_attr *attr)
{
	bool timed = set & RUMPVFS_SET_CTIME;
	const struct cred *old = NULL;
	struct rumpvfs_clock clock;
	struct file *f = NULL;
	struct inode *inode;
	struct path path;
	struct iattr ia;
	int err;

	if (timed && attr->ctime_nsec >= NSEC_PER_SEC)
		return -EINVAL;
	if (file) {
		f = rumpvfs_file(m, file);
		if (!f)
			return -EBADF;
	}
	err = rumpvfs_path(m, node, &path);
	if (err)
		goto out_file;
	inode = d_inode(path.dentry);
	if (f && file_inode(f) != inode) {
		err = -EINVAL;
		goto out_path;
	}
	err = make_iattr(m, inode, set, attr, &ia);
	if (err)
		goto out_path;
	err = mnt_want_write(path.mnt);
	if (err)
		goto out_path;
	if (timed)
		rumpvfs_clock_stop(&clock, attr->ctime, attr->ctime_nsec);
	if (set & RUMPVFS_SET_SIZE)
		err = set_size(m, &path, f, attr->size);
	if (!err && ia.ia_valid && !times_of_writeback(set, f, inode)) {
		if ((set & RUMPVFS_SET_MODE) && (attr->mode & S_ISGID))
			old = rumpvfs_cred_setgid();
		if (IS_ERR(old)) {
			err = PTR_ERR(old);
		} else {
			inode_lock(inode);
			err = notify_change(rumpvfs_userns(m), path.dentry, &ia, NULL);
			inode_unlock(inode);
			rumpvfs_cred_restore(old);
		}
	}
	if (timed)
		rumpvfs_clock_go_on(&clock);
	mnt_drop_write(path.mnt);
	if (!err)
		err = rumpvfs_getattr_path(m, &path, attr);
out_path:
	err = rumpvfs_path_end(&path, err);
out_file:
	if (f)
		fput(f);
	return err;
}

/* The client says for whom: who may keep them by capability is not asked again. */
int rumpvfs_kill_priv(struct rumpvfs_mount *m, unsigned long long node)
{
	struct rumpvfs_attr attr = { 0 };
	struct inode *inode;
	struct path path;
	bool any;
	int err;

	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	inode = d_inode(path.dentry);
	any = inode->i_mode & S_ISUID || setattr_should_drop_sgid(rumpvfs_userns(m), inode) ||
	      security_inode_need_killpriv(path.dentry) > 0;
	rumpvfs_path_put(&path);
	if (!any)
		return 0;
	return rumpvfs_setattr(m, node, 0, RUMPVFS_SET_KILL_PRIV, &attr) ?: 1;
}

int rumpvfs_access(struct rumpvfs_mount *m, unsigned long long node, unsigned int mask)
{
	const struct cred *old;
	struct inode *inode;
	struct path path;
	int err;

	if (mask & ~S_IRWXO)
		return -EINVAL;
	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	old = rumpvfs_cred_plain();
	if (IS_ERR(old)) {
		err = PTR_ERR(old);
		goto out;
	}
	inode = d_inode(path.dentry);
	err = inode_permission(rumpvfs_userns(m), inode, mask | MAY_ACCESS);
	if (!err && (mask & MAY_WRITE) && !special_file(inode->i_mode) &&
	    __mnt_is_readonly(path.mnt))
		err = -EROFS;
	rumpvfs_cred_restore(old);
out:
	rumpvfs_path_put(&path);
	return rumpvfs_ret(err);
}
