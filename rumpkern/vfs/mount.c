// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounts: begin, change, end, and what holds for the whole of one.
 *
 * A mount is not part of any namespace. Its reference of the vfsmount is the
 * only one but for those of open files, so that dropping it after them ends the
 * super block at once.
 */
#include <linux/backing-dev.h>
#include <linux/blkdev.h>
#include <linux/fs_context.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/statfs.h>
#include "rumpvfs_private.h"

/* Not exported, nor in a header that others may include: fs/internal.h. */
int parse_monolithic_mount_data(struct fs_context *fc, void *data);
int reconfigure_super(struct fs_context *fc);

#define SB_FLAGS_REMOUNT	(SB_RDONLY | SB_SYNCHRONOUS | SB_MANDLOCK | SB_LAZYTIME)

static unsigned int sb_flags(unsigned int flags)
{
	return (flags & RUMPVFS_MNT_RDONLY ? SB_RDONLY : 0) |
	       (flags & RUMPVFS_MNT_SYNC ? SB_SYNCHRONOUS : 0) |
	       (flags & RUMPVFS_MNT_DIRSYNC ? SB_DIRSYNC : 0) |
	       (flags & RUMPVFS_MNT_LAZYTIME ? SB_LAZYTIME : 0) |
	       (flags & RUMPVFS_MNT_MANDLOCK ? SB_MANDLOCK : 0);
}

/* Device nodes and set-user-id programs are the client's to interpret. */
static int mnt_flags(unsigned int flags)
{
	int f = MNT_NODEV | MNT_NOSUID;

	if (flags & RUMPVFS_MNT_NOATIME)
		f |= MNT_NOATIME;
	else if (!(flags & RUMPVFS_MNT_STRICTATIME))
		f |= MNT_RELATIME;
	if (flags & RUMPVFS_MNT_NODIRATIME)
		f |= MNT_NODIRATIME;
	return f;
}

/* Drivers expect a page, as mount(2) gives them, and may write to it. */
static char *options_page(const char *options)
{
	char *page = (char *)get_zeroed_page(GFP_KERNEL);

	if (!page)
		return ERR_PTR(-ENOMEM);
	if (options && strscpy(page, options, PAGE_SIZE) < 0) {
		free_page((unsigned long)page);
		return ERR_PTR(-EINVAL);
	}
	return page;
}

/* There may have been a password in them. */
static void free_options(char *page)
{
	memzero_explicit(page, PAGE_SIZE);
	free_page((unsigned long)page);
}

/* --- mount ----------------------------------------------------------------------- */

static struct vfsmount *mount_once(const struct rumpvfs_mount_args *a, unsigned int flags)
{
	struct file_system_type *type;
	struct fs_context *fc;
	struct vfsmount *mnt;
	char *page;
	int err;

	page = options_page(a->options);
	if (IS_ERR(page))
		return ERR_CAST(page);
	mnt = ERR_PTR(-ENODEV);
	type = get_fs_type(a->fstype);
	if (!type)
		goto out_page;
	fc = fs_context_for_mount(type, sb_flags(flags));
	put_filesystem(type);
	mnt = ERR_CAST(fc);
	if (IS_ERR(fc))
		goto out_page;
	err = vfs_parse_fs_string(fc, "source", a->source, strlen(a->source));
	if (!err)
		err = parse_monolithic_mount_data(fc, *page ? page : NULL);
	mnt = err ? ERR_PTR(err) : fc_mount(fc);
	put_fs_context(fc);
	if (!IS_ERR(mnt))
		mnt->mnt_flags |= mnt_flags(flags);
out_page:
	free_options(page);
	return mnt;
}

/* A server's refusal is final: to ask it again is one more failed login. */
static bool may_be_write_protected(const char *fstype)
{
	struct file_system_type *type = get_fs_type(fstype);
	bool disk = type && type->fs_flags & FS_REQUIRES_DEV;

	if (type)
		put_filesystem(type);
	return disk;
}

/*
 * Let read-ahead go two of the largest requests far, memory permitting: the disk shall
 * have work while the first is answered. Big requests become big bios. A server takes
 * longer for each, so four of them are asked of it; how big one is (io_pages) its driver knows.
 */
void rumpvfs_set_readahead(struct super_block *sb)
{
	unsigned long pages = clamp(totalram_pages() / 32, 32UL, 512UL);

	if (sb->s_bdi == &noop_backing_dev_info)
		return;
	if (!sb->s_bdev)
		pages = clamp(totalram_pages() / 16, 32UL, 1024UL);
	sb->s_bdi->ra_pages = max(sb->s_bdi->ra_pages, pages);
	if (sb->s_bdev)
		sb->s_bdi->io_pages = max(sb->s_bdi->io_pages, pages);
}

static bool compares_names(const struct dentry_operations *op)
{
	return op && (op->d_compare || op->d_hash);
}

static bool is_casefold(struct super_block *sb)
{
#if IS_ENABLED(CONFIG_UNICODE)
	if (sb->s_encoding)		/* some of its directories may be */
		return true;
#endif
	return compares_names(sb->s_d_op) || compares_names(sb->s_root->d_op);
}

int rumpvfs_mount(const struct rumpvfs_mount_args *a, struct rumpvfs_mount **out)
{
	struct rumpvfs_mount *m;
	struct vfsmount *mnt;
	int err;

	m = kzalloc(sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	mnt = mount_once(a, a->flags);
	err = PTR_ERR_OR_ZERO(mnt);
	if ((err == -EROFS || err == -EACCES) && !(a->flags & RUMPVFS_MNT_RDONLY) &&
	    may_be_write_protected(a->fstype)) {
		mnt = mount_once(a, a->flags | RUMPVFS_MNT_RDONLY);
		err = PTR_ERR_OR_ZERO(mnt);
	}
	if (err)
		goto out_free;
	m->mnt = mnt;
	m->sb = mnt->mnt_sb;
	INIT_LIST_HEAD(&m->below);
	spin_lock_init(&m->lock);
	init_waitqueue_head(&m->released);
	init_waitqueue_head(&m->read);
	xa_init(&m->files);
	xa_init(&m->listings);
	xa_init(&m->wholes);
	m->max_nodes = a->max_nodes ?: totalram_pages();
	m->prune = a->prune;
	m->stale = a->stale;
	m->changed = a->changed;
	m->doubt = a->doubt;
	m->ctx = a->ctx;
	m->casefold = is_casefold(m->sb);
	m->indexed = a->indexed;
	m->whole_listing = a->whole_listing;
	m->fsync_all = a->fsync_all;
	m->remote = !m->sb->s_bdev;
	if (!m->remote && a->options) {
		m->options = kstrdup(a->options, GFP_KERNEL);
		err = m->options ? 0 : -ENOMEM;
		if (err)
			goto out_mnt;
	}
	m->wb_err = errseq_sample(&m->sb->s_wb_err);
	m->nr_marks = m->sb->s_bdev ? min_t(unsigned int, a->nr_marks, RUMPVFS_MARKS) : 0;
	memcpy(m->marks, a->marks, m->nr_marks * sizeof(*m->marks));
	rumpvfs_set_readahead(m->sb);
	if (m->nr_marks)
		m->disk_err = errseq_sample(&m->sb->s_bdev->bd_inode->i_mapping->wb_err);
	if (!sb_rdonly(m->sb))
		err = rumpvfs_mark(m, m->sb->s_bdev, true);
	if (err)
		goto out_mnt;
	err = rumpvfs_nodes_init(m);
	if (err)
		goto out_mnt;
	rumpvfs_watch(m);
	rumpvfs_quota_on(m, m->options);
	*out = m;
	return 0;
out_mnt:
	mntput(mnt);
out_free:
	kfree(m->options);
	kfree(m);
	rumpvfs_run_deferred();
	return rumpvfs_ret(err);
}

const char *rumpvfs_option(const char *list, const char *name, size_t n, size_t *len)
{
	const char *value;

	for (; *list; list += strcspn(list, ","), list += *list == ',') {
		if (strcspn(list, ",=") != n || memcmp(list, name, n))
			continue;
		value = list + n + (list[n] == '=');
		*len = strcspn(value, ",");
		return value;
	}
	return NULL;
}

/*
 * Some drivers (ntfs3) take an option that a remount does not name for one that has its default value
 * again, as mount(8) names them all for a file system of the host's kernel. So do we: those of the mount and
 * of earlier remounts, but for what @options name anew. Not to a server, whose drivers compare, and whose
 * options have passwords. From kmalloc(), or NULL.
 */
static char *remount_options(struct rumpvfs_mount *m, const char *options)
{
	const char *o = m->options ?: "";
	char *all, *p;
	size_t n, len;

	all = p = kmalloc(strlen(o) + strlen(options) + 2, GFP_KERNEL);
	if (!all)
		return NULL;
	for (; *o; o += n, o += *o == ',') {
		n = strcspn(o, ",");
		if (!n || rumpvfs_option(options, o, strcspn(o, ",="), &len))
			continue;
		memcpy(p, o, n);
		p += n;
		*p++ = ',';
	}
	strcpy(p, options);
	if (!*options && p > all)
		p[-1] = '\0';
	return all;
}

int rumpvfs_remount(struct rumpvfs_mount *m, unsigned int flags, const char *options)
{
	struct super_block *sb = m->sb;
	bool rdonly = sb_rdonly(sb);
	struct fs_context *fc;
	char *page, *all;
	int err;

	all = remount_options(m, options ?: "");
	if (!all)
		return -ENOMEM;
	page = options_page(all);	/* the driver cuts it to pieces */
	if (IS_ERR(page)) {
		err = PTR_ERR(page);
		goto out_all;
	}
	fc = fs_context_for_reconfigure(sb->s_root, sb_flags(flags), SB_FLAGS_REMOUNT);
	if (IS_ERR(fc)) {
		err = PTR_ERR(fc);
		goto out;
	}
	fc->oldapi = true;
	/* A file that was closed must not count as open for writing. */
	rumpvfs_run_deferred();
	flush_delayed_fput();
	err = parse_monolithic_mount_data(fc, *page ? page : NULL);
	if (!err) {
		down_write(&sb->s_umount);
		err = reconfigure_super(fc);
		up_write(&sb->s_umount);
	}
	/* Some drivers that cannot write agree, and stay as they are. */
	if (!err && !(flags & RUMPVFS_MNT_RDONLY) && sb_rdonly(sb))
		err = -EROFS;
	if (!err && rdonly != sb_rdonly(sb)) {
		err = rdonly ? 0 : sync_blockdev(sb->s_bdev);
		if (!err)
			err = rumpvfs_mark(m, sb->s_bdev, rdonly);
	}
	if (!err)
		m->mnt->mnt_flags = (m->mnt->mnt_flags & ~(MNT_NOATIME | MNT_NODIRATIME |
							   MNT_RELATIME)) | mnt_flags(flags);
	if (!err && !m->remote) {
		swap(m->options, all);
		rumpvfs_quota_on(m, m->options);
	}
	put_fs_context(fc);
out:
	free_options(page);
out_all:
	kfree_sensitive(all);
	return rumpvfs_ret(err);
}

/* --- durable ---------------------------------------------------------------------- */

static int flush_disk(struct block_device *bdev)
{
	int err;

	if (!bdev || bdev_read_only(bdev))
		return 0;
	err = blkdev_issue_flush(bdev);
	return err == -EOPNOTSUPP ? 0 : err;
}

int rumpvfs_syncfs(struct rumpvfs_mount *m)
{
	struct super_block *sb = m->sb;
	int err, late;

	down_read(&sb->s_umount);
	err = sync_filesystem(sb);
	up_read(&sb->s_umount);
	late = rumpvfs_below_sync(m);
	err = err ?: late;
	if (!sb_rdonly(sb)) {
		late = flush_disk(sb->s_bdev);
		err = err ?: late;
	}
	late = errseq_check_and_advance(&sb->s_wb_err, &m->wb_err);
	return rumpvfs_ret(err ?: late);
}

/* --- the end ---------------------------------------------------------------------- */

struct alive {
	struct rumpvfs_mount *m;
	bool found;
};

static void is_alive(struct super_block *sb, void *arg)
{
	struct alive *a = arg;

	if (rumpvfs_mine(a->m, sb))
		a->found = true;
}

/*
 * What the driver writes while it goes (superblock, clean flag) has no other
 * witness than the block device's own error state, so that is held until after.
 */
int rumpvfs_umount(struct rumpvfs_mount *m)
{
	struct file_system_type *type = m->sb->s_type;
	struct alive alive = { .m = m };
	struct block_device *bdev = NULL;
	bool rdonly = sb_rdonly(m->sb);
	errseq_t since = 0;
	int err, late;

	rumpvfs_leave(m);
	if (m->sb->s_bdev) {
		bdev = blkdev_get_by_dev(m->sb->s_bdev->bd_dev, FMODE_READ, NULL);
		if (IS_ERR(bdev))
			bdev = NULL;
		else
			since = errseq_sample(&bdev->bd_inode->i_mapping->wb_err);
	}
	rumpvfs_listings_destroy(m);
	rumpvfs_wholes_destroy(m);
	rumpvfs_files_destroy(m);
	err = rumpvfs_syncfs(m);
	rumpvfs_unwatch(m);
	rumpvfs_nodes_destroy(m);	/* frees what was unlinked */
	rumpvfs_creds_destroy(m);
	rumpvfs_below_end(m);
	mntput(m->mnt);
	rumpvfs_run_deferred();
	flush_delayed_fput();

	for (;;) {
		alive.found = false;
		iterate_supers_type(type, is_alive, &alive);
		/* A server's requests under way (close, remove) keep it until they are answered. */
		if (!alive.found || !m->remote)
			break;
		schedule_timeout_uninterruptible(HZ / 100 ?: 1);
	}
	if (alive.found) {
		pr_err("rumpvfs: %s is still in use after umount\n", type->name);
		err = err ?: -EBUSY;
	}
	if (bdev) {
		if (!rdonly) {
			late = errseq_check(&bdev->bd_inode->i_mapping->wb_err, since);
			err = err ?: late;
			late = flush_disk(bdev);
			err = err ?: late;
			if (!err && !alive.found &&
			    !errseq_check(&bdev->bd_inode->i_mapping->wb_err, m->disk_err))
				err = rumpvfs_mark(m, bdev, false);
		}
		blkdev_put(bdev, FMODE_READ);
	}
	rumpvfs_below_free(m);
	kfree(m->options);
	kfree(m);
	return rumpvfs_ret(err);
}

/* --- facts -------------------------------------------------------------------------- */

int rumpvfs_statfs(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_statfs *st)
{
	struct kstatfs k;
	struct path path;
	int err;

	err = rumpvfs_path(m, node, &path);
	if (err)
		return err;
	rumpvfs_below_enter(m, &path);		/* as the kernel does; what cannot be entered is its directory */
	err = vfs_statfs(&path, &k);
	rumpvfs_path_put(&path);
	if (err)
		return rumpvfs_ret(err);
	memset(st, 0, sizeof(*st));
	st->blocks = k.f_blocks;
	st->bfree = k.f_bfree;
	st->bavail = k.f_bavail;
	st->files = k.f_files;
	st->ffree = k.f_ffree;
	st->bsize = k.f_bsize;
	st->frsize = k.f_frsize;
	st->namelen = k.f_namelen;
	st->type = k.f_type;
	return 0;
}

/* As /proc/mounts would show them: rw or ro, then the driver's. */
static void show_options(struct rumpvfs_mount *m, char *buf, size_t size)
{
	struct super_block *sb = m->sb;
	struct seq_file s = { .buf = buf, .size = size - 1 };

	mutex_init(&s.lock);
	seq_puts(&s, sb_rdonly(sb) ? "ro" : "rw");
	if (sb->s_flags & SB_SYNCHRONOUS)
		seq_puts(&s, ",sync");
	if (sb->s_flags & SB_DIRSYNC)
		seq_puts(&s, ",dirsync");
	if (sb->s_flags & SB_LAZYTIME)
		seq_puts(&s, ",lazytime");
	if (sb->s_op->show_options)
		sb->s_op->show_options(&s, sb->s_root);
	buf[min(s.count, size - 1)] = 0;
}

int rumpvfs_info(struct rumpvfs_mount *m, struct rumpvfs_info *info)
{
	struct super_block *sb = m->sb;

	memset(info, 0, sizeof(*info));
	info->rdonly = sb_rdonly(sb);
	info->casefold = m->casefold;
	info->posix_acl = !!(sb->s_flags & SB_POSIXACL);
	info->time_gran = sb->s_time_gran;
	info->blksize = sb->s_blocksize;
	info->maxbytes = sb->s_maxbytes;
	info->magic = sb->s_magic;
	show_options(m, info->options, sizeof(info->options));
	return 0;
}
