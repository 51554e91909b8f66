/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Block I/O inside librump: what blkio.c, its two back ends and disk.c share.
 *
 * A request belongs to the back end from submit() to blk_complete(). How far
 * it got is kept in the request: host_data counts the bytes done, host_state
 * is the index of the first segment left, and iov[host_state] is cut to what is
 * left of it.
 */
#ifndef HYPERCALL_BLKIO_H
#define HYPERCALL_BLKIO_H

#include "internal.h"

/* rump_disk.fd is an index into host.blk.file. Never changes once published. */
struct blk_file {
	int fd;
	bool blockdev;
	uint64_t offset, size;		/* the window */
	uint64_t eof;			/* where the host's file ended when attached */
	unsigned int mem_align;		/* of buffers, for O_DIRECT; else 1 */
};

#define BLK_MAX_SEGS	1024u		/* of one system call: the host's IOV_MAX */
#define BLK_ASYNC	0x80000000u	/* in host_state: the host said EAGAIN */

struct blk_ops {
	const char *name;
	int (*init)(void);		/* 0 or -errno */
	void (*destroy)(void);
	/* Carrier. May only be begun by round(). */
	void (*submit)(struct rumpuser_blk_req *req);
	/* Carrier, after the CPU parked: start what was submitted, collect what ended. */
	void (*round)(void);
	/* Background carrier, not holding the CPU: collect what ended. */
	void (*reap)(void);
	bool (*ready)(void);		/* would reap() find something? */
	int (*pollfd)(void);		/* readable when ready(); -1: reports by itself */
};
extern const struct blk_ops blk_uring, blk_pool;
struct io_uring;
struct io_uring *blk_uring_ring(void);	/* to look at, in tests */

/* Choose a back end and set it up. 0, or -errno and a sentence in @err. */
int blkio_init(enum rump_blkio which, char *err, size_t errsize);
void blkio_destroy(void);

static inline struct blk_file *blk_file_of(const struct rumpuser_blk_req *req)
{
	return host.blk.file[req->fd];
}

static inline unsigned int blk_seg(const struct rumpuser_blk_req *req)
{
	return req->host_state & ~BLK_ASYNC;
}

static inline uint64_t blk_pos(const struct rumpuser_blk_req *req)
{
	return blk_file_of(req)->offset + req->off + req->host_data;
}

static inline bool blk_is_rw(const struct rumpuser_blk_req *req)
{
	return req->op == RUMPUSER_BLK_READ || req->op == RUMPUSER_BLK_WRITE;
}

/*
 * One step towards the end of @req returned @res (bytes or -errno). True: it
 * has ended, error is set; false: there is more to do.
 */
bool blk_result(struct rumpuser_blk_req *req, long res);
/* Do the buffers suit the file, if it is open with O_DIRECT? */
bool blk_aligned(const struct rumpuser_blk_req *req);
/* Any thread. The request is the kernel's again. @wake: not by the carrier. */
void blk_complete(struct rumpuser_blk_req *req, bool wake);

/* --- threads that block (blkio_pool.c) -------------------------------------- */

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t cond;
	struct rumpuser_blk_req *head, **tail;
	unsigned int threads, idle, max;
	bool stop;
};

/* At most @max threads, begun when there is work for them. */
void pool_init(struct pool *p, unsigned int max);
/* Any thread. Takes the whole list, linked by next. */
void pool_submit(struct pool *p, struct rumpuser_blk_req *list);

#endif
