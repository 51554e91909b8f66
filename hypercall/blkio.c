// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block I/O: the choice of a back end, and what is the same for both, which is
 * the meaning of a request and of the host's answer to it.
 */
#include <stdio.h>
#include <string.h>
#include "blkio.h"

int blkio_init(enum rump_blkio which, char *err, size_t errsize)
{
	int r;

	host.blk.work = 0;
	if (which != RUMP_BLKIO_POOL) {
		host.blk.ops = &blk_uring;
		r = blk_uring.init();
		if (!r)
			return 0;
		if (which == RUMP_BLKIO_URING) {
			snprintf(err, errsize, "this host refuses io_uring: %s", strerror(-r));
			return r;
		}
		host_log(6, "rump: no io_uring here (%s), block I/O by threads", strerror(-r));
	}
	host.blk.ops = &blk_pool;
	r = blk_pool.init();
	if (r)
		snprintf(err, errsize, "cannot set up block I/O: %s", strerror(-r));
	return r;
}

void blkio_destroy(void)
{
	if (host.blk.ops)
		host.blk.ops->destroy();
	host.blk.ops = NULL;
}

void blk_complete(struct rumpuser_blk_req *req, bool wake)
{
	__atomic_fetch_add(&host.blk.ended, 1, __ATOMIC_RELAXED);
	host.k->blk_done(req);
	if (wake)
		cpu_wake();
}

unsigned long rump_disk_requests(bool *idle)
{
	unsigned long ended = __atomic_load_n(&host.blk.ended, __ATOMIC_RELAXED);
	unsigned long begun = __atomic_load_n(&host.blk.begun, __ATOMIC_RELAXED);

	*idle = begun == ended;
	return begun;
}

bool blk_aligned(const struct rumpuser_blk_req *req)
{
	const struct blk_file *f = blk_file_of(req);
	unsigned int i;

	if (f->mem_align <= 1 || !blk_is_rw(req))
		return true;
	for (i = blk_seg(req); i < req->niov; i++)
		if (((uintptr_t)req->iov[i].base | req->iov[i].len) & (f->mem_align - 1))
			return false;
	return true;
}

void rumpuser_blk_submit(struct rumpuser_blk_req *req)
{
	const struct blk_file *f = NULL;

	__atomic_fetch_add(&host.blk.begun, 1, __ATOMIC_RELAXED);
	req->next = NULL;
	req->error = 0;
	req->host_state = 0;
	req->host_data = 0;
	if (req->fd >= 0 && req->fd < BLK_FILES)
		f = host.blk.file[req->fd];
	if (!f)
		req->error = -EBADF;
	else if (req->op == RUMPUSER_BLK_FLUSH)
		;
	else if (req->off > f->size || req->len > f->size - req->off)
		req->error = -EIO;
	if (req->error || (req->op != RUMPUSER_BLK_FLUSH && !req->len)) {
		blk_complete(req, false);
		return;
	}
	host.blk.ops->submit(req);
}

/* @n bytes more are done. */
static void advance(struct rumpuser_blk_req *req, uint64_t n)
{
	unsigned int i = blk_seg(req), async = req->host_state & BLK_ASYNC;

	req->host_data += n;
	while (i < req->niov && n >= req->iov[i].len)
		n -= req->iov[i++].len;
	if (i < req->niov) {
		req->iov[i].base = (char *)req->iov[i].base + n;
		req->iov[i].len -= n;
	}
	req->host_state = i | async;
}

/*
 * The file ends before the request does. Right where the window was made
 * larger than the file: what was never written reads as zero. Else the file
 * has been cut short behind our back.
 */
static int read_end(struct rumpuser_blk_req *req)
{
	unsigned int i;

	if (blk_pos(req) < blk_file_of(req)->eof)
		return -EIO;
	for (i = blk_seg(req); i < req->niov; i++)
		memset(req->iov[i].base, 0, req->iov[i].len);
	return 0;
}

bool blk_result(struct rumpuser_blk_req *req, long res)
{
	/* ECANCELED: a thread that had submitted it to the host has ended. */
	if (res == -EINTR || res == -ECANCELED)
		return false;
	if (res == -EAGAIN) {
		req->host_state |= BLK_ASYNC;
		return false;
	}
	if (res < 0 || !blk_is_rw(req)) {
		req->error = res < 0 ? (int)res : 0;
		return true;
	}
	if (!res) {
		req->error = req->op == RUMPUSER_BLK_READ ? read_end(req) : -EIO;
		return true;
	}
	advance(req, res);
	return req->host_data >= req->len;
}
