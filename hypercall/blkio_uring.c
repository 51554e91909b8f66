// SPDX-License-Identifier: GPL-2.0-only
/*
 * Block I/O by io_uring. Requests gather on a list; when the CPU parks, or
 * BATCH of them are there, they go to the ring with one system call. Never
 * more are in flight than the completion queue holds, so it cannot overflow.
 *
 * The ring is used by whoever carries, and for collecting also by the
 * background carrier while others carry: hence the lock. It is held over
 * io_uring_enter(), which starts I/O without waiting for it.
 */
#include <liburing.h>
#include <linux/falloc.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "blkio.h"

#define SQ_ENTRIES	128u
#define CQ_ENTRIES	512u
#define BATCH		32u

static struct {
	struct io_uring ring;
	pthread_mutex_t lock;
	/* Not in the ring: new, or to be continued. */
	struct rumpuser_blk_req *head, **tail;
	unsigned int queued, inflight;
	bool stalled;			/* the host took less than it was given */
	struct pool helper;		/* for what a ring cannot do */
} u = {
	.lock = PTHREAD_MUTEX_INITIALIZER,
};

/*
 * What a ring may be asked for cannot be seen by a filter of system calls, so it
 * is limited to what fill() asks, for ever and whoever gets hold of it: these
 * operations, on descriptors, and no registration of anything. Descriptors are
 * not registered either: the process can read and write those that it has by
 * other calls as well, and a ring keeps a registered file, with its lock, for a
 * while after the process is gone.
 */
static int restrict_ring(void)
{
	static const unsigned char ops[] = {
		IORING_OP_READ, IORING_OP_READV, IORING_OP_WRITE, IORING_OP_WRITEV,
		IORING_OP_FSYNC, IORING_OP_FALLOCATE,
	};
	struct io_uring_restriction res[sizeof(ops) + 1];
	unsigned int i;

	memset(res, 0, sizeof(res));
	for (i = 0; i < sizeof(ops); i++) {
		res[i].opcode = IORING_RESTRICTION_SQE_OP;
		res[i].sqe_op = ops[i];
	}
	res[i].opcode = IORING_RESTRICTION_SQE_FLAGS_ALLOWED;
	res[i].sqe_flags = IOSQE_ASYNC;
	/* liburing.so of Debian 12 declares functions for these two and has none. */
	if (syscall(__NR_io_uring_register, u.ring.ring_fd, IORING_REGISTER_RESTRICTIONS, res, i + 1) ||
	    syscall(__NR_io_uring_register, u.ring.ring_fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0))
		return -errno;
	return 0;
}

static int uring_init(void)
{
	struct io_uring_params par;
	int r;

	memset(&par, 0, sizeof(par));
	par.flags = IORING_SETUP_CQSIZE | IORING_SETUP_CLAMP | IORING_SETUP_SUBMIT_ALL |
		    IORING_SETUP_R_DISABLED;
	par.cq_entries = CQ_ENTRIES;
	r = io_uring_queue_init_params(SQ_ENTRIES, &u.ring, &par);
	if (r < 0)
		return r;
	r = restrict_ring();
	if (r < 0) {
		io_uring_queue_exit(&u.ring);
		return r;
	}
	io_uring_ring_dontfork(&u.ring);
	u.head = NULL;
	u.tail = &u.head;
	u.queued = u.inflight = 0;
	u.stalled = false;
	pool_init(&u.helper, 1);
	return 0;
}

static void uring_destroy(void)
{
	io_uring_queue_exit(&u.ring);
}

/* lock */
static void update_work(void)
{
	__atomic_store_n(&host.blk.work, u.head || u.inflight, __ATOMIC_RELAXED);
}

/* lock */
static void enqueue(struct rumpuser_blk_req *req)
{
	req->next = NULL;
	*u.tail = req;
	u.tail = &req->next;
	u.queued++;
}

static void fill(struct io_uring_sqe *sqe, struct rumpuser_blk_req *req)
{
	struct blk_file *f = blk_file_of(req);
	struct iovec *iov = (struct iovec *)req->iov + blk_seg(req);
	unsigned int n = req->niov - blk_seg(req);

	if (n > BLK_MAX_SEGS)
		n = BLK_MAX_SEGS;
	switch (req->op) {
	case RUMPUSER_BLK_READ:
		if (n == 1)		/* saves the host copying the vector */
			io_uring_prep_read(sqe, f->fd, iov->iov_base,
					   iov->iov_len < INT32_MAX ? iov->iov_len : 1u << 30,
					   blk_pos(req));
		else
			io_uring_prep_readv(sqe, f->fd, iov, n, blk_pos(req));
		break;
	case RUMPUSER_BLK_WRITE:
		if (n == 1)
			io_uring_prep_write(sqe, f->fd, iov->iov_base,
					    iov->iov_len < INT32_MAX ? iov->iov_len : 1u << 30,
					    blk_pos(req));
		else
			io_uring_prep_writev(sqe, f->fd, iov, n, blk_pos(req));
		if (req->flags & RUMPUSER_BLK_FUA)
			sqe->rw_flags = RWF_DSYNC;
		break;
	case RUMPUSER_BLK_FLUSH:
		io_uring_prep_fsync(sqe, f->fd, IORING_FSYNC_DATASYNC);
		break;
	default:			/* uring_submit() has sorted the others out */
		io_uring_prep_fallocate(sqe, f->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
					f->offset + req->off, req->len);
	}
	if (req->host_state & BLK_ASYNC)
		sqe->flags |= IOSQE_ASYNC;
	io_uring_sqe_set_data(sqe, req);
}

/* lock. Move the list to the ring and tell the host. */
static void push(void)
{
	struct rumpuser_blk_req *req;
	struct io_uring_sqe *sqe;
	int r;

	do {
		while ((req = u.head) && u.inflight < CQ_ENTRIES) {
			sqe = io_uring_get_sqe(&u.ring);
			if (!sqe)
				break;
			u.head = req->next;
			if (!u.head)
				u.tail = &u.head;
			u.queued--;
			u.inflight++;
			fill(sqe, req);
		}
		do
			r = io_uring_submit(&u.ring);
		while (r == -EINTR);
		/* EBUSY, EAGAIN, ENOMEM: later, when something has completed. */
		u.stalled = io_uring_sq_ready(&u.ring) != 0;
	} while (!u.stalled && u.head && u.inflight < CQ_ENTRIES);
	update_work();
}

/* lock. Returns whether something has ended. */
static bool collect(void)
{
	struct rumpuser_blk_req *req;
	struct io_uring_cqe *cqe;
	unsigned int head, n;
	bool any = false;

	do {
		if (io_uring_cq_has_overflow(&u.ring))
			io_uring_get_events(&u.ring);
		n = 0;
		io_uring_for_each_cqe(&u.ring, head, cqe) {
			req = io_uring_cqe_get_data(cqe);
			n++;
			u.inflight--;
			if (blk_result(req, cqe->res)) {
				any = true;
				blk_complete(req, false);
			} else {
				enqueue(req);
			}
		}
		io_uring_cq_advance(&u.ring, n);
	} while (n);
	return any;
}

static void uring_submit(struct rumpuser_blk_req *req)
{
	bool erase = req->op == RUMPUSER_BLK_DISCARD || req->op == RUMPUSER_BLK_ZERO;

	if ((erase && blk_file_of(req)->blockdev) || !blk_aligned(req)) {
		pool_submit(&u.helper, req);
		return;
	}
	pthread_mutex_lock(&u.lock);
	enqueue(req);
	if (u.queued >= BATCH)
		push();
	update_work();
	pthread_mutex_unlock(&u.lock);
}

/*
 * What completed at once, from the host's cache, is found here, and so is what
 * has to be continued.
 */
static void uring_round(void)
{
	pthread_mutex_lock(&u.lock);
	do {
		if (u.head || u.stalled)
			push();
		collect();
	} while (u.head && u.inflight < CQ_ENTRIES && !u.stalled);
	update_work();
	pthread_mutex_unlock(&u.lock);
}

static bool uring_ready(void)
{
	return io_uring_cq_ready(&u.ring) || io_uring_cq_has_overflow(&u.ring);
}

static void uring_reap(void)
{
	pthread_mutex_lock(&u.lock);
	collect();
	if (u.head || u.stalled)
		push();
	pthread_mutex_unlock(&u.lock);
}

struct io_uring *blk_uring_ring(void)
{
	return &u.ring;
}

static int uring_pollfd(void)
{
	return u.ring.ring_fd;
}

const struct blk_ops blk_uring = {
	.name = "io_uring",
	.init = uring_init,
	.destroy = uring_destroy,
	.submit = uring_submit,
	.round = uring_round,
	.reap = uring_reap,
	.ready = uring_ready,
	.pollfd = uring_pollfd,
};
