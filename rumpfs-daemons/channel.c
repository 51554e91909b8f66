/* SPDX-License-Identifier: GPL-2.0-only */
/* The line between keeper and worker: see channel.h. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include "channel.h"
#include "util.h"

int chan_pair(int fd[2])
{
	struct timeval limit = { .tv_sec = 2 };

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return -errno;
	/* A worker that panics waits for a slow keeper, but not for ever. */
	setsockopt(fd[1], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	return 0;
}

int chan_send(int fd, enum chan_type type, const void *data, size_t len, bool wait)
{
	char buf[CHAN_MAX];

	if (len > sizeof(buf) - 1)
		len = sizeof(buf) - 1;
	buf[0] = type;
	if (len)
		memcpy(buf + 1, data, len);
	while (send(fd, buf, len + 1, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

ssize_t chan_recv(int fd, char *buf)
{
	ssize_t n;

	do {
		n = read(fd, buf, CHAN_MAX - 1);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	buf[n] = 0;
	return n;
}

size_t chan_answer_len(const struct chan_answer *a, enum chan_type type)
{
	size_t n = type == CHAN_GROUPS && a->value > 0 ? a->value : 0;

	return offsetof(struct chan_answer, groups) + n * sizeof(a->groups[0]);
}

int64_t chan_ask(int fd, uint32_t *serial, enum chan_type type, const void *data, size_t len,
		 struct chan_answer *a, int ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t end = now_ms() + ms, left;
	char msg[CHAN_MAX];
	ssize_t n;
	int err;

	if (len > sizeof(msg) - 1 - sizeof(*serial))
		return -EMSGSIZE;
	++*serial;
	memcpy(msg, serial, sizeof(*serial));
	memcpy(msg + sizeof(*serial), data, len);
	err = chan_send(fd, type, msg, sizeof(*serial) + len, false);
	if (err)
		return err;
	while ((left = end - now_ms()) > 0) {
		n = poll(&pfd, 1, left);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n <= 0)
			continue;
		n = chan_recv(fd, msg);
		if (n <= 0)
			return n ? n : -EPIPE;
		n--;
		if (msg[0] != CHAN_ANSWER || n < (ssize_t)offsetof(struct chan_answer, groups) ||
		    n > (ssize_t)sizeof(*a))
			continue;
		memcpy(a, msg + 1, n);
		if (a->serial != *serial)
			continue;
		return n == (ssize_t)chan_answer_len(a, type) ? a->value : -EPROTO;
	}
	return -ETIMEDOUT;
}
