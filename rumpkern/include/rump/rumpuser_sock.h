/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpuser, continued: sockets, for components with the part "net". Context
 * and errors as in rumpuser.h; it is a header of its own because that one is
 * part of every object of the kernel.
 */
#ifndef _RUMP_RUMPUSER_SOCK_H
#define _RUMP_RUMPUSER_SOCK_H

#include <rump/rumpuser.h>

/*
 * Sockets of the host. All are non-blocking: what cannot be done at once gives -EAGAIN (or -EINPROGRESS),
 * and news says when to try again. Families, types, levels, options, flags and
 * addresses are Linux's own, in numbers and layout. Nothing raises SIGPIPE.
 */
#define RUMPUSER_SOCK_IN	1u	/* there may be something to receive or accept */
#define RUMPUSER_SOCK_OUT	2u	/* there may be room to send; connected */
#define RUMPUSER_SOCK_EOF	4u	/* the peer sends no more */
#define RUMPUSER_SOCK_HUP	8u	/* closed both ways */
#define RUMPUSER_SOCK_ERR	16u	/* SO_ERROR has an error */

/* The kernel's, from open or accept to close. */
struct rumpuser_sock {
	struct rumpuser_sock *next;	/* kernel: those with news */
	unsigned int events;		/* kernel: RUMPUSER_SOCK_*, atomic */
	unsigned int queued;		/* kernel: atomic */
	int fd;				/* host */
};

struct rumpuser_msg {
	void *name;			/* address: send: in, or NULL; recv: out, or NULL */
	unsigned int namelen;		/* recv: room, then length */
	unsigned int flags;		/* MSG_*; recv: out likewise */
	struct rumpuser_iov *iov;
	unsigned int niov;		/* at most 1024 */
};

/*
 * Once, before the others. @news is called when something changes on a socket,
 * once for each change: by any host thread, with RUMPUSER_SOCK_*. It must not block.
 */
RUMPUSER_EXPORT int rumpuser_sock_init(void (*news)(struct rumpuser_sock *s, unsigned int events));

RUMPUSER_EXPORT int rumpuser_sock_open(struct rumpuser_sock *s, int family, int type, int protocol);
/* There is no news of @s any more when this returns. */
RUMPUSER_EXPORT void rumpuser_sock_close(struct rumpuser_sock *s);
RUMPUSER_EXPORT int rumpuser_sock_bind(struct rumpuser_sock *s, const void *addr, unsigned int len);
RUMPUSER_EXPORT int rumpuser_sock_connect(struct rumpuser_sock *s, const void *addr, unsigned int len);
RUMPUSER_EXPORT int rumpuser_sock_listen(struct rumpuser_sock *s, int backlog);
RUMPUSER_EXPORT int rumpuser_sock_accept(struct rumpuser_sock *s, struct rumpuser_sock *child);
RUMPUSER_EXPORT int rumpuser_sock_shutdown(struct rumpuser_sock *s, int how);
/* The own address, or with @peer the other's. *@len: room, then length. */
RUMPUSER_EXPORT int rumpuser_sock_name(struct rumpuser_sock *s, int peer, void *addr, unsigned int *len);
RUMPUSER_EXPORT int rumpuser_sock_setopt(struct rumpuser_sock *s, int level, int name,
					 const void *val, unsigned int len);
RUMPUSER_EXPORT int rumpuser_sock_getopt(struct rumpuser_sock *s, int level, int name,
					 void *val, unsigned int *len);
/* Bytes, maybe fewer than there are. Data is neither kept nor copied twice. */
RUMPUSER_EXPORT long rumpuser_sock_send(struct rumpuser_sock *s, const struct rumpuser_msg *m);
RUMPUSER_EXPORT long rumpuser_sock_recv(struct rumpuser_sock *s, struct rumpuser_msg *m);
/* Is there room to send? If not (0), RUMPUSER_SOCK_OUT will be reported. */
RUMPUSER_EXPORT int rumpuser_sock_writable(struct rumpuser_sock *s);

#endif
