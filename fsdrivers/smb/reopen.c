// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are opened anew, since the connection broke. The driver opens what has the name now, and writes there what was written to the
 * old file, though another client, or we ourselves, may have put another in its place: ESTALE, as for who reads. It is another if the
 * server has another number for it, and it was made at another time; a server may number its files anew.
 */
#include "cifsglob.h"
#include "cifsproto.h"
#include "cifs_fs_sb.h"
#include "smb2proto.h"
#include "smb.h"

static bool is_same(struct cifsFileInfo *cfile, const struct cifs_open_info_data *data)
{
	struct inode *inode = d_inode(cfile->dentry);
	u64 number = le64_to_cpu(data->fi.IndexNumber);

	if (!(CIFS_SB(inode->i_sb)->mnt_cifs_flags & CIFS_MOUNT_SERVER_INUM) || tlink_tcon(cfile->tlink)->posix_extensions)
		return true;
	return !number || number == CIFS_I(inode)->uniqueid || le64_to_cpu(data->fi.CreationTime) == CIFS_I(inode)->createtime;
}

/* The open file that has @fid. The driver gives that to who opens it anew, and a fid on its stack to others. */
static struct cifsFileInfo *find(struct cifs_tcon *tcon, const struct cifs_fid *fid)
{
	struct cifsFileInfo *cfile, *ret = NULL;

	spin_lock(&tcon->open_file_lock);
	list_for_each_entry(cfile, &tcon->openFileList, tlist) {
		if (&cfile->fid == fid) {
			ret = cfile;		/* its caller has a reference */
			break;
		}
	}
	spin_unlock(&tcon->open_file_lock);
	return ret;
}

/* SMB2_open() has succeeded, and @data is what it told. */
int smb_reopened(unsigned int xid, struct cifs_open_parms *oparms, const struct cifs_open_info_data *data)
{
	struct cifsFileInfo *cfile = find(oparms->tcon, oparms->fid);

	if (!cfile)
		return 0;
	if (!is_same(cfile, data)) {
		SMB2_close(xid, oparms->tcon, oparms->fid->persistent_fid, oparms->fid->volatile_fid);
		return -ESTALE;
	}
	silly_reopened(cfile->dentry);
	return 0;
}
