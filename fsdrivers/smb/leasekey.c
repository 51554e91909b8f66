// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leases of files that have more than one name. The driver has one key of leases for each file; to a server it belongs to the name by which
 * the file was opened first, as long as that is open, and who opens it by another (a hard link, or a name that somebody else
 * has given to the file meanwhile) is refused: EINVAL. Without a lease he is let in, as another client would be, and
 * the first one's is called back.
 */
#include "cifsglob.h"
#include "cifsproto.h"
#include "smb2proto.h"
#include "smb.h"

int __real_SMB2_open(const unsigned int xid, struct cifs_open_parms *oparms, __le16 *path, __u8 *oplock, struct cifs_open_info_data *buf,
		     struct create_posix_rsp *posix, struct kvec *err_iov, int *buftype);
int __wrap_SMB2_open(const unsigned int xid, struct cifs_open_parms *oparms, __le16 *path, __u8 *oplock, struct cifs_open_info_data *buf,
		     struct create_posix_rsp *posix, struct kvec *err_iov, int *buftype);

static int open_leased(const unsigned int xid, struct cifs_open_parms *oparms, __le16 *path, __u8 *oplock, struct cifs_open_info_data *buf,
		       struct create_posix_rsp *posix, struct kvec *err_iov, int *buftype)
{
	bool leased = *oplock != SMB2_OPLOCK_LEVEL_NONE;
	int rc = __real_SMB2_open(xid, oparms, path, oplock, buf, posix, err_iov, buftype);

	if (rc != -EINVAL || !leased)
		return rc;
	if (err_iov) {
		free_rsp_buf(*buftype, err_iov->iov_base);
		memset(err_iov, 0, sizeof(*err_iov));
		*buftype = CIFS_NO_BUFFER;
	}
	*oplock = SMB2_OPLOCK_LEVEL_NONE;
	return __real_SMB2_open(xid, oparms, path, oplock, buf, posix, err_iov, buftype);
}

int __wrap_SMB2_open(const unsigned int xid, struct cifs_open_parms *oparms, __le16 *path, __u8 *oplock, struct cifs_open_info_data *buf,
		     struct create_posix_rsp *posix, struct kvec *err_iov, int *buftype)
{
	struct cifs_open_info_data data = {};
	int rc;

	if (buf)
		return open_leased(xid, oparms, path, oplock, buf, posix, err_iov, buftype);
	rc = open_leased(xid, oparms, path, oplock, &data, posix, err_iov, buftype);
	return rc ?: smb_reopened(xid, oparms, &data);
}
