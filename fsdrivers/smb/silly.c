// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open and lose their name. A server keeps the name of what is open until it is closed: who removes it cannot make
 * another, and nothing is renamed over it. The driver then removes the target, and fails all the same: when that is closed there is neither.
 * So do as by NFS: the file gets a name that nobody looks for (.smb and 16 digits), by which it is removed; its old one is free. It is
 * the server that sees to its end when it is closed, also if this client is gone; unless it forgot that, being killed: so
 * it is told again when the file is opened anew, and when it is closed.
 *
 * Between the two steps of a rename other clients see no file by the name. Here nobody does: the directory is locked. If the connection
 * breaks meanwhile nobody knows what the server has done, and who goes back although it was done puts the old file over the new one. So ask
 * for the names. Who cannot, being killed or on a soft mount, leaves it to somebody who asks until there is an answer (settle()).
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "cifsfs.h"
#include "cifs_fs_sb.h"
#include "smb.h"

#define TRIES		20
#define HIDDEN		DCACHE_NFSFS_RENAMED	/* it has no name but ours, and is to be removed; vfs_unlink() leaves it alone */

int __real_cifs_unlink(struct inode *dir, struct dentry *dentry);
int __wrap_cifs_unlink(struct inode *dir, struct dentry *dentry);
int __real_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags);
int __wrap_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags);
int __real_cifs_close(struct inode *inode, struct file *file);
int __wrap_cifs_close(struct inode *inode, struct file *file);
void __real_cifs_umount(struct cifs_sb_info *cifs_sb);
void __wrap_cifs_umount(struct cifs_sb_info *cifs_sb);

/* A file that has our name, @hidden, and maybe should not. */
struct doubt {
	struct list_head list;
	struct delayed_work work;
	struct cifs_sb_info *cifs_sb;
	struct tcon_link *tlink;
	char *hidden;
	char *name;		/* the one that it had; NULL: it is to be removed */
	char *source;		/* what was to get that name, if anything */
};

static DEFINE_SPINLOCK(doubts_lock);
static LIST_HEAD(doubts);

/* Is it unknown whether the server has done it? */
static bool no_answer(int rc)
{
	return is_retryable_error(rc) || rc == -EHOSTDOWN || rc == -ECONNABORTED;
}

/* EHOSTDOWN: a soft mount has waited long enough. */
static bool may_ask_again(int rc, int *tries)
{
	return no_answer(rc) && rc != -EHOSTDOWN && !fatal_signal_pending(current) && ++*tries < TRIES;
}

static bool is_open(struct inode *inode)
{
	struct cifsInodeInfo *cifs_i = CIFS_I(inode);
	bool ret;

	cifs_close_deferred_file(cifs_i);
	spin_lock(&cifs_i->open_file_lock);
	ret = !list_empty(&cifs_i->openFileList);
	spin_unlock(&cifs_i->open_file_lock);
	return ret;
}

/* Is it open here, but to the server not yet again? What is removed then is gone for who has it open. */
static bool is_to_be_opened_again(struct inode *inode)
{
	struct cifsInodeInfo *cifs_i = CIFS_I(inode);
	struct cifsFileInfo *cfile;
	bool ret = false;

	spin_lock(&cifs_i->open_file_lock);
	list_for_each_entry(cfile, &cifs_i->openFileList, flist)
		ret |= cfile->invalidHandle;
	spin_unlock(&cifs_i->open_file_lock);
	return ret;
}

/* What is asked by path, whatever the driver believes. @to: of a rename. Called rc since free_xid() wants it. */
enum question { EXISTS, UNLINK, RENAME };
static int ask(struct cifs_sb_info *cifs_sb, struct tcon_link *tlink, enum question what, const char *path, const char *to)
{
	struct cifs_tcon *tcon = tlink_tcon(tlink);
	const struct smb_version_operations *ops = tcon->ses->server->ops;
	unsigned int xid = get_xid();
	int rc;

	if (what == EXISTS) {
		rc = ops->is_path_accessible(xid, tcon, cifs_sb, path);		/* query_path_info() asks of what is open by this name */
		if (rc && rc != -ENOENT && !no_answer(rc))
			rc = 0;
	} else if (what == UNLINK) {
		rc = ops->unlink(xid, tcon, path, cifs_sb);
	} else {
		rc = ops->rename(xid, tcon, path, to, cifs_sb);
	}
	free_xid(xid);
	return rc;
}

static int ask_about(struct dentry *dentry, enum question what, struct dentry *to_dentry)
{
	struct cifs_sb_info *cifs_sb = CIFS_SB(dentry->d_sb);
	struct tcon_link *tlink = cifs_sb_tlink(cifs_sb);
	void *page, *to_page;
	const char *path, *to = NULL;
	int err;

	if (IS_ERR(tlink))
		return PTR_ERR(tlink);
	page = alloc_dentry_path();
	to_page = alloc_dentry_path();
	path = build_path_from_dentry(dentry, page);
	if (to_dentry)
		to = build_path_from_dentry(to_dentry, to_page);
	err = PTR_ERR_OR_ZERO(path) ?: PTR_ERR_OR_ZERO(to) ?: ask(cifs_sb, tlink, what, path, to);
	free_dentry_path(to_page);
	free_dentry_path(page);
	cifs_put_tlink(tlink);
	return err;
}

static void free_doubt(struct doubt *d)
{
	if (!IS_ERR_OR_NULL(d->tlink))
		cifs_put_tlink(d->tlink);
	kfree(d->hidden);
	kfree(d->name);
	kfree(d->source);
	kfree(d);
}

/* If something has its name now, that was to replace it, or it was to be removed: remove it. Else it gets its name back. */
static int put_right(struct doubt *d)
{
	int err = ask(d->cifs_sb, d->tlink, EXISTS, d->hidden, NULL);

	if (err)
		return err;
	if (d->name) {
		err = ask(d->cifs_sb, d->tlink, EXISTS, d->name, NULL);
		if (err == -ENOENT)
			return ask(d->cifs_sb, d->tlink, RENAME, d->hidden, d->name);
		if (!err && d->source) {
			err = ask(d->cifs_sb, d->tlink, EXISTS, d->source, NULL);
			if (!err)
				return -EEXIST;		/* somebody else's */
			if (err == -ENOENT)
				err = 0;
		}
		if (err)
			return err;
	}
	return ask(d->cifs_sb, d->tlink, UNLINK, d->hidden, NULL);
}

static void settle(struct work_struct *work)
{
	struct doubt *d = container_of(work, struct doubt, work.work);
	int err = put_right(d);

	if (no_answer(err)) {
		queue_delayed_work(system_long_wq, &d->work, HZ);
		return;
	}
	if (err && err != -ENOENT)
		pr_warn("a file that was open is left as %s: error %d\n", d->hidden, err);
	spin_lock(&doubts_lock);
	if (list_empty(&d->list))
		d = NULL;		/* unmounting: not ours to free */
	else
		list_del_init(&d->list);
	spin_unlock(&doubts_lock);
	if (d)
		free_doubt(d);
}

static char *path_of(struct dentry *dentry)
{
	void *page = alloc_dentry_path();
	const char *path = build_path_from_dentry(dentry, page);
	char *copy = IS_ERR(path) ? NULL : kstrdup(path, GFP_KERNEL);

	free_dentry_path(page);
	return copy;
}

/* NULL where there is no memory. @name, @source: NULL or as in the doubt. */
static struct doubt *make_doubt(struct dentry *hidden, struct dentry *name, struct dentry *source)
{
	struct doubt *d = kzalloc(sizeof(*d), GFP_KERNEL);

	if (!d)
		return NULL;
	INIT_DELAYED_WORK(&d->work, settle);
	d->cifs_sb = CIFS_SB(hidden->d_sb);
	d->tlink = cifs_sb_tlink(d->cifs_sb);
	d->hidden = path_of(hidden);
	if (name)
		d->name = path_of(name);
	if (source)
		d->source = path_of(source);
	if (!IS_ERR(d->tlink) && d->hidden && (!name || d->name) && (!source || d->source))
		return d;
	free_doubt(d);
	return NULL;
}

static void leave_to_settle(struct doubt *d)
{
	spin_lock(&doubts_lock);
	list_add_tail(&d->list, &doubts);
	spin_unlock(&doubts_lock);
	queue_delayed_work(system_long_wq, &d->work, 0);
}

/* Who has asked and got an answer is done; what is left is asked once more. */
void __wrap_cifs_umount(struct cifs_sb_info *cifs_sb)
{
	struct doubt *d, *found;

	for (;;) {
		found = NULL;
		spin_lock(&doubts_lock);
		list_for_each_entry(d, &doubts, list) {
			if (d->cifs_sb != cifs_sb)
				continue;
			list_del_init(&d->list);
			found = d;
			break;
		}
		spin_unlock(&doubts_lock);
		if (!found)
			break;
		flush_delayed_work(&found->work);
		if (cancel_delayed_work_sync(&found->work))
			pr_warn("a file that was open may be left as %s\n", found->hidden);
		free_doubt(found);
	}
	__real_cifs_umount(cifs_sb);
}

/* What has become of a rename that had no answer? 0: it is done, which @probe tells by being there, or gone; EAGAIN: it is not; or @err. */
static int find_out(struct dentry *probe, bool there, int err, int *tries)
{
	int found;

	while (may_ask_again(err, tries)) {
		found = ask_about(probe, EXISTS, NULL);
		if (!no_answer(found))
			return !found == there ? 0 : -EAGAIN;
		err = found;
	}
	return err;
}

/* Give the file the name of @to, which has none, at the server, and to @dentry. */
static int move(struct dentry *dentry, struct dentry *to)
{
	int tries = 0, err;

	do
		err = find_out(to, true, ask_about(dentry, RENAME, to), &tries);
	while (may_ask_again(err, &tries));
	if (!err)
		d_move(dentry, to);
	return err;
}

/*
 * Its directory is locked, so nobody looks @dentry up before it has lost the name again. @source: what will get the name. *@d: what to do
 * when it is not known how that ends.
 */
static int hide(struct dentry *dentry, struct dentry *source, struct doubt **d)
{
	struct dentry *to;
	char name[24];
	int err;

	snprintf(name, sizeof(name), ".smb%016llx", get_random_u64());
	to = d_alloc_name(dentry->d_parent, name);
	if (!to)
		return -ENOMEM;
	*d = make_doubt(to, dentry, source);
	err = *d ? move(dentry, to) : -ENOMEM;
	if (err && *d) {
		if (no_answer(err))
			leave_to_settle(*d);
		else
			free_doubt(*d);
	}
	dput(to);
	return err;
}

/* Back to @name, if nobody knows better. */
static void unhide(struct dentry *dentry, struct dentry *name, int err, struct doubt *d)
{
	if (no_answer(err) || no_answer(move(dentry, name))) {
		d_drop(dentry);
		leave_to_settle(d);
	} else {
		free_doubt(d);
	}
}

/* @dentry has our name. Who has it open and not yet again at the server can still open it; it is removed then, or when he closes it. */
static int remove_hidden(struct inode *dir, struct dentry *dentry)
{
	struct inode *inode = d_inode(dentry);
	int tries = 0, err;

	do {
		if (is_to_be_opened_again(inode)) {
			spin_lock(&inode->i_lock);
			if (inode->i_nlink)
				drop_nlink(inode);
			spin_unlock(&inode->i_lock);
			err = 0;
			break;
		}
		err = __real_cifs_unlink(dir, dentry);
		if (no_answer(err) && find_out(dentry, false, err, &tries) == 0)
			err = -ENOENT;
	} while (may_ask_again(err, &tries));
	if (err == -ENOENT)
		err = 0;
	if (!err) {
		spin_lock(&dentry->d_lock);
		dentry->d_flags |= HIDDEN;
		spin_unlock(&dentry->d_lock);
		d_drop(dentry);
	}
	return err;
}

int __wrap_cifs_unlink(struct inode *dir, struct dentry *dentry)
{
	struct dentry *name;
	struct doubt *d;
	int err;

	if (!S_ISREG(d_inode(dentry)->i_mode) || !is_open(d_inode(dentry)))
		return __real_cifs_unlink(dir, dentry);
	name = d_alloc(dentry->d_parent, &dentry->d_name);
	if (!name)
		return -ENOMEM;
	err = hide(dentry, NULL, &d);
	if (!err) {
		err = remove_hidden(dir, dentry);
		if (err)
			unhide(dentry, name, err, d);
		else
			free_doubt(d);
	} else if (!no_answer(err)) {
		err = __real_cifs_unlink(dir, dentry);
	}
	dput(name);
	return err;
}

/* The server does not let @new, a file, be replaced. */
static int replace_open(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir, struct dentry *new)
{
	struct dentry *name = d_alloc(new->d_parent, &new->d_name);
	struct doubt *d;
	int tries = 0, err;

	if (!name)
		return -ENOMEM;
	err = hide(new, dentry, &d);
	if (err)
		goto out;
	do {
		err = __real_cifs_rename2(userns, dir, dentry, new_dir, name, RENAME_NOREPLACE);
		if (no_answer(err)) {
			err = find_out(dentry, false, err, &tries);
			if (!err)
				d_move(dentry, name);
		}
	} while (may_ask_again(err, &tries));
	if (err) {
		unhide(new, name, err, d);
		goto out;
	}
	kfree(d->name);
	d->name = NULL;
	if (remove_hidden(new_dir, new))
		leave_to_settle(d);
	else
		free_doubt(d);
	d_drop(new);
out:
	dput(name);
	return err;
}

static int rename_or_replace(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			     struct dentry *new, unsigned int flags)
{
	struct inode *target = d_inode(new);
	int err = -EBUSY;

	if (!target || S_ISDIR(target->i_mode) || is_smb1(cifs_sb_master_tcon(CIFS_SB(dir->i_sb))->ses->server))
		return __real_cifs_rename2(userns, dir, dentry, new_dir, new, flags);
	/*
	 * It replaces all the same; but when it cannot it does not remove the target. What is open here keeps a name in any case, by which
	 * it can be opened again when the connection breaks.
	 */
	if (!S_ISREG(target->i_mode) || !is_open(target))
		err = __real_cifs_rename2(userns, dir, dentry, new_dir, new, flags | RENAME_NOREPLACE);
	if (err == -EACCES || err == -EEXIST || err == -EBUSY || err == -ETXTBSY)
		err = replace_open(userns, dir, dentry, new_dir, new);
	if (err)
		return err;
	CIFS_I(dir)->time = CIFS_I(new_dir)->time = CIFS_I(target)->time = 0;
	dir->i_ctime = dir->i_mtime = new_dir->i_ctime = new_dir->i_mtime = current_time(dir);
	return 0;
}

int __wrap_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags)
{
	int err = rename_or_replace(userns, dir, dentry, new_dir, new, flags);

	/*
	 * It may be done, and on a soft mount nobody asks again. Who believed the old name, and opened it to write something new, would
	 * get the file by its new name.
	 */
	if (no_answer(err) && !cifs_sb_master_tcon(CIFS_SB(dir->i_sb))->retry) {
		CIFS_I(dir)->time = CIFS_I(new_dir)->time = CIFS_I(d_inode(dentry))->time = 0;
		if (!d_is_dir(dentry))
			d_drop(dentry);
	}
	return err;
}

/* That it is to be removed the server may have forgotten; not by who has it open, since it asks him for its lease first. */
static void remove_again(struct dentry *dentry)
{
	struct doubt *d = make_doubt(dentry, NULL, NULL);

	if (d)
		leave_to_settle(d);
}

/* Who has it open has opened it again. */
void silly_reopened(struct dentry *dentry)
{
	if (dentry->d_flags & HIDDEN)
		remove_again(dentry);
}

int __wrap_cifs_close(struct inode *inode, struct file *file)
{
	struct dentry *dentry = file->f_path.dentry;
	int err = __real_cifs_close(inode, file);

	if (dentry->d_flags & HIDDEN && !is_open(inode))
		remove_again(dentry);
	return err;
}
