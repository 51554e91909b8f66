// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver encrypts what it is given to send in place: afterwards the page of the page cache that a write was
 * handed, the zeros that stand in for fallocate, and the question itself, are cipher text, and are read back, written,
 * or asked again (smb2_query_dir_first()), as such. So what is to be sealed it gets as a copy.
 *
 * Data written in whole pages is copied by the driver itself.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include "cifsglob.h"
#include "smb.h"

void *seal_copy(struct smb_rqst *to, const struct smb_rqst *from, int n)
{
	size_t nvec = 0, len = 0;
	struct kvec *iov;
	char *p;
	int i, j;

	for (i = 0; i < n; i++) {
		nvec += from[i].rq_nvec;
		for (j = 0; j < from[i].rq_nvec; j++)
			len += from[i].rq_iov[j].iov_len;
	}
	iov = kvmalloc(nvec * sizeof(*iov) + len, GFP_NOFS);
	if (!iov)
		return NULL;
	p = (char *)(iov + nvec);
	nvec = 0;
	for (i = 0; i < n; i++) {
		to[i] = from[i];
		to[i].rq_iov = iov + nvec;
		for (j = 0; j < from[i].rq_nvec; j++) {
			const struct kvec *v = &from[i].rq_iov[j];

			iov[nvec].iov_base = p;
			iov[nvec++].iov_len = v->iov_len;
			memcpy(p, v->iov_base, v->iov_len);
			p += v->iov_len;
		}
	}
	return iov;
}
