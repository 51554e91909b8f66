// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets of the host for a kernel that has no network stack of its own.
 *
 * Each is non-blocking and watched by one epoll instance, edge triggered, for
 * everything: to tell the host what one waits for would cost more system
 * calls than hearing what one knew. The instance is among the things
 * that the background carrier sleeps on; so a kernel without sockets pays
 * nothing, and one with idle sockets is not woken.
 *
 * host.net.lock makes close() wait for news that is being told, because the memory
 * of a struct rumpuser_sock is the kernel's to free afterwards.
 */
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include "internal.h"

#define BATCH	32

int rumpuser_sock_init(void (*news)(struct rumpuser_sock *s, unsigned int events))
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return -errno;
	host.net.news = news;
	host.net.epfd = fd;
	return 0;
}

static unsigned int news_of(uint32_t ep)
{
	return (ep & EPOLLIN ? RUMPUSER_SOCK_IN : 0) |
	       (ep & EPOLLOUT ? RUMPUSER_SOCK_OUT : 0) |
	       (ep & EPOLLRDHUP ? RUMPUSER_SOCK_EOF : 0) |
	       (ep & EPOLLHUP ? RUMPUSER_SOCK_HUP : 0) |
	       (ep & EPOLLERR ? RUMPUSER_SOCK_ERR : 0);
}

void sock_reap(void)
{
	struct epoll_event ev[BATCH];
	int i, n;

	pthread_mutex_lock(&host.net.lock);
	do {
		n = epoll_wait(host.net.epfd, ev, BATCH, 0);
		for (i = 0; i < n; i++)
			host.net.news(ev[i].data.ptr, news_of(ev[i].events));
	} while (n == BATCH);
	pthread_mutex_unlock(&host.net.lock);
}

static int adopt(struct rumpuser_sock *s, int fd)
{
	struct epoll_event ev = {
		.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = s,
	};

	if (fd < 0)
		return -errno;
	s->fd = fd;
	if (epoll_ctl(host.net.epfd, EPOLL_CTL_ADD, fd, &ev)) {
		int err = -errno;

		close(fd);
		s->fd = -1;
		return err;
	}
	return 0;
}

int rumpuser_sock_open(struct rumpuser_sock *s, int family, int type, int protocol)
{
	return adopt(s, socket(family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
}

int rumpuser_sock_accept(struct rumpuser_sock *s, struct rumpuser_sock *child)
{
	return adopt(child, accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

void rumpuser_sock_close(struct rumpuser_sock *s)
{
	if (s->fd < 0)
		return;
	pthread_mutex_lock(&host.net.lock);
	close(s->fd);
	pthread_mutex_unlock(&host.net.lock);
	s->fd = -1;
}

int rumpuser_sock_bind(struct rumpuser_sock *s, const void *addr, unsigned int len)
{
	return bind(s->fd, addr, len) ? -errno : 0;
}

int rumpuser_sock_connect(struct rumpuser_sock *s, const void *addr, unsigned int len)
{
	return connect(s->fd, addr, len) ? -errno : 0;
}

int rumpuser_sock_listen(struct rumpuser_sock *s, int backlog)
{
	return listen(s->fd, backlog) ? -errno : 0;
}

int rumpuser_sock_shutdown(struct rumpuser_sock *s, int how)
{
	return shutdown(s->fd, how) ? -errno : 0;
}

int rumpuser_sock_name(struct rumpuser_sock *s, int peer, void *addr, unsigned int *len)
{
	socklen_t n = *len;
	int r = peer ? getpeername(s->fd, addr, &n) : getsockname(s->fd, addr, &n);

	*len = n;
	return r ? -errno : 0;
}

int rumpuser_sock_setopt(struct rumpuser_sock *s, int level, int name, const void *val,
			 unsigned int len)
{
	return setsockopt(s->fd, level, name, val, len) ? -errno : 0;
}

int rumpuser_sock_getopt(struct rumpuser_sock *s, int level, int name, void *val,
			 unsigned int *len)
{
	socklen_t n = *len;
	int r = getsockopt(s->fd, level, name, val, &n);

	*len = n;
	return r ? -errno : 0;
}

long rumpuser_sock_send(struct rumpuser_sock *s, const struct rumpuser_msg *m)
{
	const struct msghdr msg = {
		.msg_name = m->name,
		.msg_namelen = m->name ? m->namelen : 0,
		.msg_iov = (struct iovec *)m->iov,
		.msg_iovlen = m->niov,
	};
	ssize_t n;

	do
		n = sendmsg(s->fd, &msg, m->flags | MSG_DONTWAIT | MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

long rumpuser_sock_recv(struct rumpuser_sock *s, struct rumpuser_msg *m)
{
	struct msghdr msg = {
		.msg_name = m->name,
		.msg_namelen = m->name ? m->namelen : 0,
		.msg_iov = (struct iovec *)m->iov,
		.msg_iovlen = m->niov,
	};
	ssize_t n;

	do
		n = recvmsg(s->fd, &msg, m->flags | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	m->namelen = msg.msg_namelen;
	m->flags = msg.msg_flags;
	return n;
}

int rumpuser_sock_writable(struct rumpuser_sock *s)
{
	struct pollfd p = { .fd = s->fd, .events = POLLOUT };

	/* An answer about an error is for the call that will meet it. */
	return poll(&p, 1, 0) != 0;
}
