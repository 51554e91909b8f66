// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver receives what it reads page by page, each by a call of its own. In a kernel that is a function;
 * here it is a system call of the host's, 256 for a MiB. So the whole pages of an answer are received by
 * as few calls as what has arrived needs. To wait, for what has not, is left to the driver's own function,
 * which knows when to give a server up; and so are the last piece and what lies behind the end.
 */
#include <linux/bvec.h>
#include <linux/mm.h>
#include <linux/net.h>
#include <linux/uio.h>
#include "cifsglob.h"
#include "cifsproto.h"
#include "smb2proto.h"

#define AT_ONCE		64		/* pages */

int __real_smb2_async_readv(struct cifs_readdata *rdata);
int __wrap_smb2_async_readv(struct cifs_readdata *rdata);

typedef int (*read_fn)(struct TCP_Server_Info *server, struct cifs_readdata *rdata, unsigned int len);

/* The driver's own, of which it has one for pages of the cache and one for others. */
static read_fn driver_read[2];

static read_fn *driver_read_of(struct cifs_readdata *rdata)
{
	return &driver_read[!!rdata->mapping];
}

/* What has arrived of the @len bytes from @at on. Does not sleep. */
static int take(struct TCP_Server_Info *server, struct page **pages, unsigned int at, unsigned int len)
{
	struct bio_vec bv[AT_ONCE];
	struct msghdr msg = { .msg_flags = MSG_DONTWAIT };
	unsigned int i, n, off, bytes = 0;

	for (i = 0; i < AT_ONCE && bytes < len; i++) {
		off = offset_in_page(at + bytes);
		n = min_t(unsigned int, PAGE_SIZE - off, len - bytes);
		bvec_set_page(&bv[i], pages[(at + bytes) >> PAGE_SHIFT], n, off);
		bytes += n;
	}
	iov_iter_bvec(&msg.msg_iter, ITER_DEST, bv, i, bytes);
	return sock_recvmsg(server->ssocket, &msg, MSG_DONTWAIT);
}

/* All @len bytes; 0, or the error of the driver's function. */
static int receive(struct TCP_Server_Info *server, struct page **pages, unsigned int len)
{
	unsigned int at = 0, off;
	int n;

	while (at < len) {
		n = take(server, pages, at, len - at);
		if (n <= 0) {
			off = offset_in_page(at);
			n = cifs_read_page_from_socket(server, pages[at >> PAGE_SHIFT], off, PAGE_SIZE - off);
			if (n < 0)
				return n;
		}
		at += n;
	}
	return 0;
}

/*
 * Returns, and leaves in @rdata, what the driver's functions would. While they wait the connection may break, and whoever then ends
 * what was asked (cifs_readv_complete()) unlocks the pages that @rdata has, and frees it: so it stays as it is until all is there, and after
 * an error is left alone.
 */
static int read_pages(struct TCP_Server_Info *server, struct cifs_readdata *rdata, unsigned int len)
{
	unsigned int whole = rdata->page_offset ? 0 : min_t(unsigned int, len >> PAGE_SHIFT, rdata->nr_pages);
	struct cifs_readdata rest;
	int ret;

	ret = receive(server, rdata->pages, whole << PAGE_SHIFT);
	if (ret)
		return ret;
	rest = *rdata;
	rest.pages += whole;
	rest.nr_pages -= whole;
	ret = (*driver_read_of(rdata))(server, &rest, len - (whole << PAGE_SHIFT));
	if (ret < 0)
		return ret;
	rdata->nr_pages = whole + rest.nr_pages;
	rdata->tailsz = rest.tailsz;
	rdata->got_bytes = (whole << PAGE_SHIFT) + rest.got_bytes;
	return rdata->got_bytes;
}

int __wrap_smb2_async_readv(struct cifs_readdata *rdata)
{
	if (rdata->read_into_pages != read_pages) {
		*driver_read_of(rdata) = rdata->read_into_pages;
		rdata->read_into_pages = read_pages;
	}
	return __real_smb2_async_readv(rdata);
}
