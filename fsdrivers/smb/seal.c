// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes of the driver that wait for the answer (parts of pages, and the zeros that stand in
 * for fallocate) hand the server's message their data where it lies. The driver encrypts such
 * messages in place: afterwards the page of the page cache, or the zeros for the next
 * piece, are cipher text, and are read back, or written, as such. So with encryption
 * they get a copy, which is freed when the answer is there.
 *
 * Data written in whole pages is copied by the driver itself.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include "cifsglob.h"
#include "smb2proto.h"

int __real_SMB2_write(const unsigned int xid, struct cifs_io_parms *io_parms,
		      unsigned int *nbytes, struct kvec *iov, int n_vec);
int __wrap_SMB2_write(const unsigned int xid, struct cifs_io_parms *io_parms,
		      unsigned int *nbytes, struct kvec *iov, int n_vec);

/* @iov[0] is for the header, @n_vec pieces of data follow. */
int __wrap_SMB2_write(const unsigned int xid, struct cifs_io_parms *io_parms,
		      unsigned int *nbytes, struct kvec *iov, int n_vec)
{
	struct kvec bounce[2] = { };
	size_t len = 0;
	char *p;
	int i, rc;

	if (n_vec < 1 || !smb3_encryption_required(io_parms->tcon))
		return __real_SMB2_write(xid, io_parms, nbytes, iov, n_vec);
	for (i = 1; i <= n_vec; i++)
		len += iov[i].iov_len;
	p = kvmalloc(len, GFP_NOFS);
	*nbytes = 0;
	if (!p)
		return -ENOMEM;
	bounce[1].iov_base = p;
	bounce[1].iov_len = len;
	for (i = 1; i <= n_vec; i++) {
		memcpy(p, iov[i].iov_base, iov[i].iov_len);
		p += iov[i].iov_len;
	}
	rc = __real_SMB2_write(xid, io_parms, nbytes, bounce, 1);
	kvfree(bounce[1].iov_base);
	return rc;
}
