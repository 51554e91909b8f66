// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are open and lose their name. A server keeps the name of what is open until it is closed: who removes it cannot make
 * another, and nothing is renamed over it. The driver then removes the target, and fails all the same: when that is closed there is neither.
 * So do as by NFS: the file gets a name that nobody looks for (.smb and 16 digits), by which it is removed; its old one is free. It is
 * the server that sees to its end when it is closed, also if this client is gone.
 *
 * Between the two steps of a rename other clients see no file by the name. Here nobody does: the directory is locked. If the connection
 * breaks before the last step the file stays, by its new name.
 */
#include <linux/dcache.h>
#include <linux/fs.h>
#include <linux/random.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "cifsfs.h"
#include "cifs_fs_sb.h"

int __real_cifs_unlink(struct inode *dir, struct dentry *dentry);
int __wrap_cifs_unlink(struct inode *dir, struct dentry *dentry);
int __real_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags);
int __wrap_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags);

static bool is_open(struct inode *inode)
{
	struct cifsInodeInfo *cifs_i = CIFS_I(inode);
	bool ret;

	spin_lock(&cifs_i->open_file_lock);
	ret = !list_empty(&cifs_i->openFileList);
	spin_unlock(&cifs_i->open_file_lock);
	return ret;
}

/* Give the file the name of @to, which has none, at the server, and to @dentry. */
static int move(struct dentry *dentry, struct dentry *to)
{
	struct cifs_sb_info *cifs_sb = CIFS_SB(dentry->d_sb);
	struct tcon_link *tlink = cifs_sb_tlink(cifs_sb);
	void *page = alloc_dentry_path(), *to_page = alloc_dentry_path();
	const char *path = build_path_from_dentry(dentry, page), *to_path = build_path_from_dentry(to, to_page);
	struct cifs_tcon *tcon;
	unsigned int xid = get_xid();
	int rc;				/* called so since free_xid() wants it */

	if (IS_ERR(tlink)) {
		rc = PTR_ERR(tlink);
		goto out;
	}
	tcon = tlink_tcon(tlink);
	rc = PTR_ERR_OR_ZERO(path) ?: PTR_ERR_OR_ZERO(to_path) ?:
	     tcon->ses->server->ops->rename(xid, tcon, path, to_path, cifs_sb);
	if (!rc)
		d_move(dentry, to);
	cifs_put_tlink(tlink);
out:
	free_xid(xid);
	free_dentry_path(to_page);
	free_dentry_path(page);
	return rc;
}

/* Its directory is locked, so nobody looks @dentry up before it has lost the name again. */
static int hide(struct dentry *dentry)
{
	struct dentry *to;
	char name[24];
	int rc;

	snprintf(name, sizeof(name), ".smb%016llx", get_random_u64());
	to = d_alloc_name(dentry->d_parent, name);
	if (!to)
		return -ENOMEM;
	rc = move(dentry, to);
	dput(to);
	return rc;
}

int __wrap_cifs_unlink(struct inode *dir, struct dentry *dentry)
{
	struct dentry *name;
	bool hidden;
	int err;

	if (!S_ISREG(d_inode(dentry)->i_mode) || !is_open(d_inode(dentry)))
		return __real_cifs_unlink(dir, dentry);
	name = d_alloc(dentry->d_parent, &dentry->d_name);
	if (!name)
		return -ENOMEM;
	hidden = !hide(dentry);
	err = __real_cifs_unlink(dir, dentry);
	if (err && hidden)
		move(dentry, name);
	dput(name);
	return err;
}

/* The server does not let @new, a file, be replaced. */
static int replace_open(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir, struct dentry *new)
{
	struct dentry *name = d_alloc(new->d_parent, &new->d_name);
	int err;

	if (!name)
		return -ENOMEM;
	err = hide(new);
	if (err)
		goto out;
	err = __real_cifs_rename2(userns, dir, dentry, new_dir, name, RENAME_NOREPLACE);
	if (err) {
		move(new, name);
		goto out;
	}
	if (__real_cifs_unlink(new_dir, new))
		pr_warn("%pd was replaced, and cannot be removed\n", new);
	d_drop(new);
out:
	dput(name);
	return err;
}

int __wrap_cifs_rename2(struct user_namespace *userns, struct inode *dir, struct dentry *dentry, struct inode *new_dir,
			struct dentry *new, unsigned int flags)
{
	struct inode *target = d_inode(new);
	int err;

	if (!target || S_ISDIR(target->i_mode) || is_smb1(cifs_sb_master_tcon(CIFS_SB(dir->i_sb))->ses->server))
		return __real_cifs_rename2(userns, dir, dentry, new_dir, new, flags);
	/* It replaces all the same; but when it cannot it does not remove the target. */
	err = __real_cifs_rename2(userns, dir, dentry, new_dir, new, flags | RENAME_NOREPLACE);
	if (err == -EACCES || err == -EEXIST || err == -EBUSY || err == -ETXTBSY)
		err = replace_open(userns, dir, dentry, new_dir, new);
	if (err)
		return err;
	CIFS_I(dir)->time = CIFS_I(new_dir)->time = CIFS_I(target)->time = 0;
	dir->i_ctime = dir->i_mtime = new_dir->i_ctime = new_dir->i_mtime = current_time(dir);
	return 0;
}
