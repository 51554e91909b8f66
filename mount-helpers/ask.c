/* SPDX-License-Identifier: GPL-2.0-only */
/* The question is put by a child, which can be killed while it waits; the answer comes through a pipe. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ask.h"

/* Less than PIPE_BUF, so it is there as a whole or not. */
struct answer {
	int err;
	struct rumpfs_status st;
};

static void __attribute__((noreturn)) put_question(const char *target, int out)
{
	struct answer a = { 0 };
	int fd = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0 || ioctl(fd, RUMPFS_IOC_STATUS, &a.st))
		a.err = errno;
	_exit(write(out, &a, sizeof(a)) != sizeof(a));
}

int ask_status(const char *target, struct rumpfs_status *st)
{
	long long end = now_ms() + ASK_LIMIT_MS, left;
	struct pollfd pfd = { .events = POLLIN };
	struct answer a = { .err = ETIMEDOUT };
	bool ended = false;
	ssize_t n = 0;
	pid_t pid;
	int p[2];

	memset(st, 0, sizeof(*st));
	if (pipe2(p, O_CLOEXEC))
		return errno;
	pid = fork();
	if (!pid)
		put_question(target, p[1]);
	close(p[1]);
	pfd.fd = p[0];
	while (pid > 0 && !ended && (left = end - now_ms()) > 0) {
		if (poll(&pfd, 1, left) <= 0)
			continue;
		n = read(p[0], &a, sizeof(a));
		ended = n >= 0 || errno != EINTR;
	}
	close(p[0]);
	if (pid > 0) {
		/* One that is stuck where no signal reaches it is left to init. */
		kill(pid, SIGKILL);
		waitpid(pid, NULL, ended ? 0 : WNOHANG);
	}
	if (!ended)
		return ETIMEDOUT;
	if (n != sizeof(a))
		return EPROTO;
	*st = a.st;
	return a.err;
}
