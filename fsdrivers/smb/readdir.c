// SPDX-License-Identifier: GPL-2.0-only
/*
 * Listings that a broken connection ends. When the driver cannot get the rest of one, since the server knows nothing of
 * it any more, it says ENOENT, whatever the reason (find_cifs_entry()); libraries take that for the end of the directory
 * (glibc's readdir(3) does), and who copies or compares trees believes that the rest is not there. And a listing whose first
 * question failed goes on, when it is asked again, as if it had been answered.
 *
 * So say what went wrong, and let the next call begin anew and go on from where it was.
 */
#include <linux/fs.h>
#include <linux/limits.h>
#include "cifsglob.h"
#include "cifsproto.h"
#include "cifsfs.h"
#include "smb2proto.h"

#define TRIES	3	/* to go on at once where the server has forgotten us */

int __real_SMB2_query_directory(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid,
				u64 volatile_fid, int index, struct cifs_search_info *srch_inf);
int __wrap_SMB2_query_directory(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid,
				u64 volatile_fid, int index, struct cifs_search_info *srch_inf);
int __real_cifs_readdir(struct file *file, struct dir_context *ctx);
int __wrap_cifs_readdir(struct file *file, struct dir_context *ctx);

/* The error is kept where version 1.0 alone has a use for the place. */
int __wrap_SMB2_query_directory(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid,
				u64 volatile_fid, int index, struct cifs_search_info *srch_inf)
{
	int rc = __real_SMB2_query_directory(xid, tcon, persistent_fid, volatile_fid, index, srch_inf);

	if (rc)
		srch_inf->resume_key = -rc;
	return rc;
}

/* No place is in what begins at the end of all: the driver then begins a new listing. */
static void begin_anew(struct cifs_search_info *s)
{
	s->entries_in_buffer = 0;
	s->index_of_last_entry = LLONG_MAX;
	s->endOfSearch = false;
}

/* Why the rest could not be had. */
static int reason(const struct cifsFileInfo *cfile)
{
	int rc = -EIO;

	if (!is_smb1(tlink_tcon(cfile->tlink)->ses->server) && cfile->srch_inf.resume_key)
		rc = -(int)cfile->srch_inf.resume_key;
	return rc == -ENOENT ? -EIO : rc;
}

int __wrap_cifs_readdir(struct file *file, struct dir_context *ctx)
{
	struct cifsFileInfo *cfile;
	loff_t pos;
	int rc, try;

	for (try = 0; try < TRIES; try++) {
		pos = ctx->pos;
		rc = __real_cifs_readdir(file, ctx);
		cfile = file->private_data;
		if (!rc)
			return rc;
		if (!cfile)
			return rc == -ENOENT ? -EIO : rc;
		if (rc == -ENOENT)
			rc = reason(cfile);
		begin_anew(&cfile->srch_inf);
		if (rc != -EBADF || ctx->pos != pos)
			return rc;
	}
	return rc;
}
