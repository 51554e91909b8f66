/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One FUSE session: the mount that the worker serves, and its requests.
 *
 * All of it belongs to the dispatcher, the thread that booted the rump kernel:
 * jobs run on that thread too, each on a fiber of its own, and give it up only
 * inside calls of rumpvfs. So nothing here needs a lock, except the queue of
 * the notifier (notify.c), and nothing may be assumed unchanged across a call
 * of rumpvfs but what the request itself owns.
 */
#ifndef _RUMPFSD_SESSION_H
#define _RUMPFSD_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <librump.h>
#include "caller.h"
#include "config.h"
#include "fuse_proto.h"
#include "log.h"

#define SESSION_MAX_WRITE	(1u << 20)
#define SESSION_MAX_PAGES	256
#define REQUEST_SMALL		704	/* requests up to here do not hold a big buffer */

struct session;
struct notifier;

/* What one read(2) of /dev/fuse fills. Held by a request only if that is large. */
struct bigbuf {
	struct bigbuf *next;		/* free list */
	char *mem;			/* mmap of session.bufsize */
};

struct request {
	struct rump_job job;
	struct session *s;
	struct request *prev, *next;	/* in flight */
	const struct fuse_in_header *in;	/* in small, or in big->mem */
	struct bigbuf *big;
	const void *arg;		/* after the header, extensions taken off */
	uint32_t arglen;
	bool replied;
	bool again;			/* asked before, and perhaps done, but the answer was lost */
	bool written_back;		/* what the host had in its cache: notify_write_back() */
	bool parked;			/* no job, to be submitted again */
	uint64_t doubts;		/* session.nr_doubts when it began */
	uint64_t interrupt_at;		/* monotonic ns, when to look whether to; 0: not asked for, or done */
	bool looked;			/* once at least */
	uint64_t small[REQUEST_SMALL / 8];
};

/* Making changes durable without being asked: fuse_serve.c. */
struct commit {
	bool changed;			/* since it was looked at */
	bool running;
	uint64_t first, last;		/* changes not covered, monotonic ns; first 0: none */
	int err;			/* of a commit, for who asks next */
	struct rump_job job;
};

/* Files of which the host wrote back what found no room: unfit.c. */
#define SESSION_UNFIT		16
struct unfit {
	uint64_t node;			/* 0: none */
	int err;			/* 0: a writer has heard of it */
	bool full;			/* it was ENOSPC */
	uint64_t bavail;		/* room that there was then */
};

struct session {
	const struct rumpfsd_config *cfg;
	struct rlog *log;
	const struct rump_kernel *rk;
	const struct rumpvfs_ops *vfs;
	struct rumpvfs_mount *mnt;
	struct rumpvfs_info info;
	int fuse_fd;
	int chan_fd;
	uint32_t questions;		/* put to the keeper: chan_ask() */
	int lookup_fd;			/* where the server is: lookup.h; -1: it has no name */
	struct callers callers;

	/* negotiated */
	uint32_t minor;
	bool inited;
	bool writeback;
	bool rdonly;
	bool no_xattr;			/* the driver has none at all */

	/* timeouts as the protocol wants them */
	uint64_t entry_sec, attr_sec, negative_sec;
	uint32_t entry_nsec, attr_nsec, negative_nsec;
	bool negative;

	/* requests */
	struct request inflight;	/* head of a ring */
	unsigned int nr_inflight, max_inflight;
	unsigned int nr_parked;		/* of those in flight */
	unsigned int nr_lock_waits;
	struct request *early;		/* whose caller was told before it is done, which it shall be; one at a time */
	uint64_t next_interrupt;	/* the first of their interrupt_at, 0: none */
	struct request *free_requests;
	unsigned int nr_free_requests;
	uint64_t nr_requests;
	uint64_t nr_removed;		/* of those that were the last of a file, perhaps, */
	uint64_t removed_at;		/* and when, monotonic ns */
	uint64_t nr_doubts;		/* names that the host was told to look up again */

	struct unfit unfit[SESSION_UNFIT];
	unsigned int next_unfit;

	/* buffers */
	struct bigbuf *cur;		/* the next read goes here */
	struct bigbuf *free_bufs;
	unsigned int nr_bufs, max_bufs;
	size_t bufsize;
	bool bufs_dirty;		/* more memory is held than an idle session needs */

	/* the end */
	bool stop;			/* read no more; end when nothing is in flight */
	bool gone;			/* the connection is: nobody wants replies */
	uint64_t leave;			/* monotonic ns: without what still runs then, 0: not yet */
	unsigned long disk_requests;	/* so far, and since when: session_hangs() */
	uint64_t disk_since;		/* monotonic ns, 0: not asked yet */
	uint64_t destroy_unique;	/* to be answered after unmounting, 0: none */

	struct commit commit;
	struct notifier *notifier;
};

/* --- fuse_dev.c: the device --- */

/* Read one request and start it. 1, 0 (none there), or -errno: -ENODEV at the end. */
int session_read(struct session *s);
bool session_can_read(const struct session *s);
void session_init(struct session *s);
/* Give memory of busy times back. */
void session_trim(struct session *s);

/* Replies: once a request, 0 or -errno (-ENOENT: the client has given up). */
int reply_err(struct request *r, int err);
int reply_data(struct request *r, const void *data, size_t len);
int reply_iov(struct request *r, struct iovec *iov, int n, size_t len);	/* iov[0] is for the header */
int reply_unique(struct session *s, uint64_t unique, int err);

/* --- fuse_trace.c: what was read and what is written, to the log, with fusedebug --- */

void trace_request(struct session *s, const struct fuse_in_header *in);
void trace_reply(struct session *s, const struct fuse_out_header *out);

/* --- fuse_serve.c: from requests to operations --- */

/* Begin to serve @r, which has been read; it is freed when it has its reply. */
void request_start(struct request *r);
void request_free(struct request *r);
/* The dispatcher's loop: until the connection is gone or somebody asked for the end. */
void session_serve(struct session *s, const volatile int *quit, void (*idle)(struct session *s));

/*
 * To be asked again and again while the end is waited for: has twice the time of the watchdog gone by without a
 * request of the disk, and without one that the host has yet to answer? Then the driver waits for nothing but itself.
 * Never of a server.
 */
bool session_hangs(struct session *s);

/* Everything durable now; reports what went wrong since the last time, too. */
int session_sync(struct session *s);

/* --- operations: fuse_ops_*.c --- */

/*
 * @arg: @len bytes after the header, at least what the table promises. Returns 0
 * (without a reply of its own: plain success is reported), -errno, or REQUEST_PARKED, in which
 * case it must not touch @r any more: it will be called again.
 */
#define REQUEST_PARKED	1
typedef int (*op_fn)(struct request *r, const void *arg, uint32_t len);

#define OP(name) int op_##name(struct request *r, const void *arg, uint32_t len)

OP(init);
OP(lookup);
OP(forget);
OP(batch_forget);
OP(mknod);
OP(mkdir);
OP(symlink);
OP(link);
OP(unlink);
OP(rmdir);
OP(rename);
OP(rename2);
OP(readlink);
OP(getattr);
OP(statx);
OP(setattr);
OP(access);
OP(statfs);
OP(getxattr);
OP(listxattr);
OP(setxattr);
OP(removexattr);
OP(open);
OP(create);
OP(tmpfile);
OP(read);
OP(write);
OP(flush);
OP(release);
OP(fsync);
OP(syncfs);
OP(fallocate);
OP(lseek);
OP(copy_file_range);
OP(copy_file_range_64);
OP(opendir);
OP(readdir);
OP(readdirplus);
OP(getlk);
OP(setlk);
OP(setlkw);
OP(ioctl);

/*
 * unfit.c: the host wrote back part of @r's file in vain, with @err; who writes next shall hear of it.
 * Returns what to answer.
 */
int unfit_note(struct request *r, int err);
/* What a writer of @node is to hear before he goes on: 0 or -errno. */
int unfit_take(struct session *s, uint64_t node);
/* Somebody closes @node. */
void unfit_closed(struct session *s, uint64_t node);

/* control.c: the daemon's own ioctls on the root directory. */
bool control_is(uint32_t cmd);
/* What can be seen without asking (rumpfs/seen.h): all of it, and what changes with each request. */
void control_show(struct session *s);
void control_show_requests(struct session *s);
int control_ioctl(struct request *r, uint32_t cmd, void *buf);

/* names.c: what @rc says of names, which the keeper knows. */
void names_of_host(struct session *s, struct rump_config *rc);

/* --- notify.c --- */

/* Start the thread that writes notifications: the host may hold, while it takes one, what the dispatcher waits for. 0 or -errno. */
int notifier_start(struct session *s);
/* For rumpvfs_mount_args; @ctx is the session. */
void notify_prune(void *ctx, unsigned long long parent, unsigned long long node,
		  const char *name, unsigned int namelen);
void notify_changed(void *ctx, unsigned long long node);
/* The host forgets the attributes of @node, which somebody has a reference to; done when it returns. */
void notify_attr(const struct session *s, uint64_t node);
/*
 * Success for @r, after its node's cached data and attributes are dropped. False: it could not
 * be arranged, and nothing was replied.
 */
bool notify_changed_reply(struct request *r);
/*
 * What the host has in its cache of @r's node and has not written yet, it writes back before @r goes on. 0: there is
 * nothing, or that is done; REQUEST_PARKED: to be returned at once; -ENOMEM.
 */
int notify_write_back(struct request *r);
void notify_doubt(void *ctx, unsigned long long parent, const char *name, unsigned int namelen);
void notify_stale(void *ctx, unsigned long long parent, const char *name, unsigned int namelen);

#endif
