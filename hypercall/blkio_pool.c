// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block I/O by threads that block. Serves as a back end of its own where the
 * host refuses io_uring, and beside io_uring for what that cannot do: ioctls of
 * block devices, and buffers that do not suit O_DIRECT.
 *
 * Threads are made when there is more to do than threads, up to a maximum, and
 * stay.
 */
#include <fcntl.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>
#include "blkio.h"

#define POOL_THREADS	4
#define BOUNCE_SIZE	(256 * 1024UL)

/* As preadv() and pwritev(), by way of a buffer that suits O_DIRECT. */
static long step_bounced(struct rumpuser_blk_req *req)
{
	struct blk_file *f = blk_file_of(req);
	size_t n = req->len - req->host_data, done = 0, part;
	unsigned int i = blk_seg(req);
	char *buf;
	long r;

	if (n > BOUNCE_SIZE)
		n = BOUNCE_SIZE;
	buf = aligned_alloc(4096, BOUNCE_SIZE);
	if (!buf)
		return -ENOMEM;
	if (req->op == RUMPUSER_BLK_WRITE) {
		for (; done < n; done += part, i++) {
			part = req->iov[i].len < n - done ? req->iov[i].len : n - done;
			memcpy(buf + done, req->iov[i].base, part);
		}
		r = pwrite(f->fd, buf, n, blk_pos(req));
		if (r > 0 && req->flags & RUMPUSER_BLK_FUA && fdatasync(f->fd))
			r = -1;
	} else {
		r = pread(f->fd, buf, n, blk_pos(req));
		for (; r > 0 && done < (size_t)r; done += part, i++) {
			part = req->iov[i].len < r - done ? req->iov[i].len : r - done;
			memcpy(req->iov[i].base, buf + done, part);
		}
	}
	if (r < 0)
		r = -errno;
	free(buf);
	return r;
}

static long step_rw(struct rumpuser_blk_req *req)
{
	struct blk_file *f = blk_file_of(req);
	struct iovec *iov = (struct iovec *)req->iov + blk_seg(req);
	unsigned int n = req->niov - blk_seg(req);
	long r;

	if (!blk_aligned(req))
		return step_bounced(req);
	if (n > BLK_MAX_SEGS)
		n = BLK_MAX_SEGS;
	if (req->op == RUMPUSER_BLK_READ)
		r = preadv(f->fd, iov, n, blk_pos(req));
	else
		r = pwritev2(f->fd, iov, n, blk_pos(req),
			     req->flags & RUMPUSER_BLK_FUA ? RWF_DSYNC : 0);
	return r < 0 ? -errno : r;
}

static long step_erase(struct rumpuser_blk_req *req)
{
	struct blk_file *f = blk_file_of(req);
	uint64_t range[2] = { f->offset + req->off, req->len };
	int r;

	if (f->blockdev)
		r = ioctl(f->fd, req->op == RUMPUSER_BLK_ZERO ? BLKZEROOUT : BLKDISCARD, range);
	else
		r = fallocate(f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, range[0],
			      range[1]);
	return r ? -errno : 0;
}

static void execute(struct rumpuser_blk_req *req)
{
	long r;

	do {
		switch (req->op) {
		case RUMPUSER_BLK_READ:
		case RUMPUSER_BLK_WRITE:
			r = step_rw(req);
			break;
		case RUMPUSER_BLK_FLUSH:
			r = fdatasync(blk_file_of(req)->fd) ? -errno : 0;
			break;
		case RUMPUSER_BLK_DISCARD:
		case RUMPUSER_BLK_ZERO:
			r = step_erase(req);
			break;
		default:
			r = -EOPNOTSUPP;
		}
	} while (!blk_result(req, r));
}

static void *pool_main(void *arg)
{
	struct pool *p = arg;
	struct rumpuser_blk_req *req;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		while (!p->head && !p->stop) {
			p->idle++;
			pthread_cond_wait(&p->cond, &p->lock);
			p->idle--;
		}
		if (p->stop)
			break;
		req = p->head;
		p->head = req->next;
		if (!p->head)
			p->tail = &p->head;
		pthread_mutex_unlock(&p->lock);
		execute(req);
		blk_complete(req, true);
		pthread_mutex_lock(&p->lock);
	}
	p->threads--;
	pthread_cond_broadcast(&p->cond);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

void pool_init(struct pool *p, unsigned int max)
{
	memset(p, 0, sizeof(*p));
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->cond, NULL);
	p->tail = &p->head;
	p->max = max;
}

static void pool_destroy(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->stop = true;
	pthread_cond_broadcast(&p->cond);
	while (p->threads)
		pthread_cond_wait(&p->cond, &p->lock);
	pthread_mutex_unlock(&p->lock);
}

void pool_submit(struct pool *p, struct rumpuser_blk_req *list)
{
	struct rumpuser_blk_req *req;
	unsigned int n = 0, more = 0;

	pthread_mutex_lock(&p->lock);
	*p->tail = list;
	for (req = list; req; req = req->next) {
		p->tail = &req->next;
		n++;
	}
	if (n > p->idle) {
		more = n - p->idle;
		if (more > p->max - p->threads)
			more = p->max - p->threads;
		p->threads += more;
	}
	if (n > 1)
		pthread_cond_broadcast(&p->cond);
	else
		pthread_cond_signal(&p->cond);
	pthread_mutex_unlock(&p->lock);

	for (; more; more--) {
		if (!thread_start(pool_main, p, "rump/blk"))
			continue;
		pthread_mutex_lock(&p->lock);
		p->threads -= more;
		n = p->threads;
		list = NULL;
		if (!n) {		/* nobody will ever take them */
			list = p->head;
			p->head = NULL;
			p->tail = &p->head;
		}
		pthread_mutex_unlock(&p->lock);
		while ((req = list)) {
			list = req->next;
			req->error = -EAGAIN;
			blk_complete(req, true);
		}
		return;
	}
}

/* --- as a back end -------------------------------------------------------------- */

static struct {
	struct pool pool;
	struct rumpuser_blk_req *head, **tail;	/* carrier: submitted, not passed on */
} back;

static int back_init(void)
{
	pool_init(&back.pool, POOL_THREADS);
	back.head = NULL;
	back.tail = &back.head;
	return 0;
}

static void back_destroy(void)
{
	pool_destroy(&back.pool);
}

static void back_submit(struct rumpuser_blk_req *req)
{
	*back.tail = req;
	back.tail = &req->next;
	host.blk.work = 1;
}

static void back_round(void)
{
	struct rumpuser_blk_req *list = back.head;

	host.blk.work = 0;
	back.head = NULL;
	back.tail = &back.head;
	if (list)
		pool_submit(&back.pool, list);
}

static void back_reap(void)
{
}

static bool back_ready(void)
{
	return false;
}

static int back_pollfd(void)
{
	return -1;
}

const struct blk_ops blk_pool = {
	.name = "pool",
	.init = back_init,
	.destroy = back_destroy,
	.submit = back_submit,
	.round = back_round,
	.reap = back_reap,
	.ready = back_ready,
	.pollfd = back_pollfd,
};
