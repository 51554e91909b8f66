// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many names a file has. The answer to an open says all but that, and the driver puts 1; who looks for hard links (tar, cp -a, rsync -H)
 * found none in what had just been opened. What was known before holds.
 */
#include <linux/fs.h>
#include "cifsglob.h"
#include "cifsproto.h"

int __real_cifs_get_inode_info(struct inode **inode, const char *path, struct cifs_open_info_data *data, struct super_block *sb, int xid,
			       const struct cifs_fid *fid);
int __wrap_cifs_get_inode_info(struct inode **inode, const char *path, struct cifs_open_info_data *data, struct super_block *sb, int xid,
			       const struct cifs_fid *fid);

/* @data: of an open. *@inode: the file, or NULL, and then what the driver found. */
int __wrap_cifs_get_inode_info(struct inode **inode, const char *path, struct cifs_open_info_data *data, struct super_block *sb, int xid,
			       const struct cifs_fid *fid)
{
	bool opened = data, asked = *inode;
	int err;

	if (opened && asked && (*inode)->i_nlink)
		data->fi.NumberOfLinks = cpu_to_le32((*inode)->i_nlink);
	err = __real_cifs_get_inode_info(inode, path, data, sb, xid, fid);
	if (!err && opened && !asked && !hlist_empty(&(*inode)->i_dentry))
		CIFS_I(*inode)->time = 0;	/* known by another name */
	return err;
}
