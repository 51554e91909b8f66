/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The question is put by a child, which can be killed while it waits; the answer comes
 * through a pipe: an errno, then what was asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "ask.h"

static int get_status(int fd, struct strbuf *out)
{
	struct rumpfs_status st = { 0 };

	if (ioctl(fd, RUMPFS_IOC_STATUS, &st))
		return errno;
	strbuf_add(out, (const char *)&st, sizeof(st));
	return 0;
}

static int get_log(int fd, struct strbuf *out)
{
	struct rumpfs_log l = { 0 };

	do {
		if (ioctl(fd, RUMPFS_IOC_LOG, &l))
			return errno;
		if (l.len > sizeof(l.text))
			return EPROTO;
		strbuf_add(out, l.text, l.len);
	} while (l.len);
	return 0;
}

static void __attribute__((noreturn))
put_question(const char *target, int (*get)(int fd, struct strbuf *out), int out)
{
	int fd = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct strbuf b = { 0 };
	int err;

	err = fd < 0 ? errno : get(fd, &b);
	if (write(out, &err, sizeof(err)) != sizeof(err))
		_exit(1);
	for (size_t done = 0; !err && done < b.len; ) {
		ssize_t n = write(out, b.s + done, b.len - done);

		if (n <= 0)
			_exit(1);
		done += n;
	}
	_exit(0);
}

static int ask(const char *target, int (*get)(int fd, struct strbuf *out), struct strbuf *answer)
{
	long long end = now_ms() + ASK_LIMIT_MS, left;
	struct pollfd pfd = { .events = POLLIN };
	int p[2], err = ETIMEDOUT;
	struct strbuf b = { 0 };
	char buf[4096];
	ssize_t n = 1;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC))
		return errno;
	pid = fork();
	if (!pid)
		put_question(target, get, p[1]);
	close(p[1]);
	pfd.fd = p[0];
	while (pid > 0 && n > 0 && (left = end - now_ms()) > 0) {
		if (poll(&pfd, 1, left) <= 0)
			continue;
		n = read(p[0], buf, sizeof(buf));
		if (n > 0)
			strbuf_add(&b, buf, n);
	}
	close(p[0]);
	if (pid > 0) {
		/* One that is stuck where no signal reaches it is left to init. */
		kill(pid, SIGKILL);
		waitpid(pid, NULL, n > 0 ? WNOHANG : 0);
	}
	if (n == 0 && b.len >= sizeof(err)) {
		memcpy(&err, b.s, sizeof(err));
		strbuf_add(answer, b.s + sizeof(err), b.len - sizeof(err));
	}
	strbuf_free(&b);
	return err;
}

int ask_status(const char *target, struct rumpfs_status *st)
{
	struct strbuf b = { 0 };
	int err = ask(target, get_status, &b);

	memset(st, 0, sizeof(*st));
	if (!err && b.len == sizeof(*st))
		memcpy(st, b.s, sizeof(*st));
	else if (!err)
		err = EPROTO;
	strbuf_free(&b);
	return err;
}

int ask_log(const char *target, struct strbuf *text)
{
	return ask(target, get_log, text);
}
