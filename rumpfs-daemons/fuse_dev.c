/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /dev/fuse: reading requests, writing replies, and the memory for both.
 *
 * The protocol wants room for the largest request at every read, but nearly
 * all requests are small. So everything is read into one big buffer; what is small is copied
 * out of it at once, and only a large request takes the buffer along.
 * Memory: a big buffer costs what was ever written to it, hence session_trim().
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "fuse_codec.h"
#include "session.h"

#define FREE_REQUESTS_MAX	64
#define REPLY_SMALL		256

/* --- buffers --- */

static struct bigbuf *bigbuf_new(struct session *s)
{
	struct bigbuf *b;

	if (s->nr_bufs >= s->max_bufs)
		return NULL;
	b = malloc(sizeof(*b));
	if (!b)
		return NULL;
	b->mem = mmap(NULL, s->bufsize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (b->mem == MAP_FAILED) {
		free(b);
		return NULL;
	}
	b->next = NULL;
	s->nr_bufs++;
	return b;
}

/* The buffer for the next read, or NULL while all of them are in use. */
static struct bigbuf *bigbuf_current(struct session *s)
{
	if (!s->cur) {
		s->cur = s->free_bufs;
		if (s->cur)
			s->free_bufs = s->cur->next;
		else
			s->cur = bigbuf_new(s);
	}
	return s->cur;
}

static void bigbuf_put(struct session *s, struct bigbuf *b)
{
	s->bufs_dirty = true;
	if (!s->cur) {
		s->cur = b;
		return;
	}
	b->next = s->free_bufs;
	s->free_bufs = b;
}

void session_trim(struct session *s)
{
	struct bigbuf *b;

	while ((b = s->free_bufs)) {
		s->free_bufs = b->next;
		munmap(b->mem, s->bufsize);
		free(b);
		s->nr_bufs--;
	}
	if (s->cur)
		madvise(s->cur->mem, s->bufsize, MADV_DONTNEED);
	while (s->nr_free_requests > 4) {
		struct request *r = s->free_requests;

		s->free_requests = r->next;
		s->nr_free_requests--;
		free(r);
	}
	s->bufs_dirty = false;
}

void session_init(struct session *s)
{
	s->inflight.prev = s->inflight.next = &s->inflight;
	s->bufsize = SESSION_MAX_WRITE + 4096;
	s->max_bufs = 20;
}

/* --- requests --- */

static struct request *request_alloc(struct session *s)
{
	struct request *r = s->free_requests;

	if (r) {
		s->free_requests = r->next;
		s->nr_free_requests--;
	} else {
		r = malloc(sizeof(*r));
		if (!r)
			return NULL;
	}
	r->s = s;
	r->big = NULL;
	r->replied = r->again = r->written_back = r->parked = false;
	r->interrupt_at = 0;
	r->looked = false;
	r->prev = s->inflight.prev;
	r->next = &s->inflight;
	r->prev->next = r->next->prev = r;
	s->nr_inflight++;
	return r;
}

void request_free(struct request *r)
{
	struct session *s = r->s;

	r->prev->next = r->next;
	r->next->prev = r->prev;
	s->nr_inflight--;
	if (r->big)
		bigbuf_put(s, r->big);
	if (s->nr_free_requests >= FREE_REQUESTS_MAX) {
		free(r);
		return;
	}
	r->next = s->free_requests;
	s->free_requests = r;
	s->nr_free_requests++;
}

bool session_can_read(const struct session *s)
{
	/* Those that are parked wait for what is read next. */
	return !s->stop && s->nr_inflight - s->nr_parked < s->max_inflight &&
	       (s->cur || s->free_bufs || s->nr_bufs < s->max_bufs);
}

int session_read(struct session *s)
{
	struct bigbuf *b = bigbuf_current(s);
	const struct fuse_in_header *in;
	struct request *r;
	ssize_t n;

	if (!b)
		return 0;
	do {
		n = read(s->fuse_fd, b->mem, s->bufsize);
	} while (n < 0 && (errno == EINTR || errno == ENOENT));	/* ENOENT: withdrawn meanwhile */
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	in = (const struct fuse_in_header *)b->mem;
	if ((size_t)n < sizeof(*in) || in->len != (size_t)n)
		return -EPROTO;

	trace_request(s, in);
	r = request_alloc(s);
	if (!r) {
		if (in->opcode != FUSE_FORGET && in->opcode != FUSE_BATCH_FORGET)
			reply_unique(s, in->unique, -ENOMEM);
		return 1;
	}
	if ((size_t)n <= sizeof(r->small)) {
		memcpy(r->small, in, n);
		r->in = (const struct fuse_in_header *)r->small;
	} else {
		r->big = b;
		r->in = in;
		s->cur = NULL;
	}
	s->nr_requests++;
	request_start(r);
	return 1;
}

/* --- replies --- */

static int dev_writev(struct session *s, const struct iovec *iov, int n)
{
	ssize_t ret;

	if (s->gone)
		return -ENOENT;
	trace_reply(s, iov->iov_base);
	do {
		ret = n == 1 ? write(s->fuse_fd, iov->iov_base, iov->iov_len) :
			writev(s->fuse_fd, iov, n);
	} while (ret < 0 && errno == EINTR);
	if (ret >= 0)
		return 0;
	if (errno == ENODEV)
		return -ENOENT;
	if (errno != ENOENT)
		log_msg(s->log, LOG_L_ERR, "cannot reply to a request: %s", strerror(errno));
	return -errno;
}

int reply_unique(struct session *s, uint64_t unique, int err)
{
	struct fuse_out_header out = {
		.len = sizeof(out),
		.error = codec_error(err),
		.unique = unique,
	};
	struct iovec iov = { &out, sizeof(out) };

	return dev_writev(s, &iov, 1);
}

int reply_err(struct request *r, int err)
{
	r->replied = true;
	return reply_unique(r->s, r->in->unique, err);
}

int reply_iov(struct request *r, struct iovec *iov, int n, size_t len)
{
	struct fuse_out_header out = {
		.len = sizeof(out) + len,
		.unique = r->in->unique,
	};

	iov[0] = (struct iovec){ &out, sizeof(out) };
	r->replied = true;
	return dev_writev(r->s, iov, n);
}

/* In one piece if small: the host kernel pins memory by segment, which costs more than a copy. */
int reply_data(struct request *r, const void *data, size_t len)
{
	struct {
		struct fuse_out_header out;
		char data[REPLY_SMALL];
	} buf;
	struct iovec iov[2] = { { &buf, sizeof(buf.out) + len }, { (void *)data, len } };

	if (len > sizeof(buf.data))
		return reply_iov(r, iov, 2, len);
	buf.out = (struct fuse_out_header){
		.len = sizeof(buf.out) + len,
		.unique = r->in->unique,
	};
	memcpy(buf.data, data, len);
	r->replied = true;
	return dev_writev(r->s, iov, 1);
}
