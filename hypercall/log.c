// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's log and its end. Everything librump itself has to say goes
 * the same way.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/uio.h>
#include <unistd.h>
#include "internal.h"

/* One writev() a line, so that lines of several processes do not mix. */
static void to_stderr(int level, const char *text, size_t len)
{
	struct iovec iov[2] = {
		{ (void *)text, len },
		{ "\n", 1 },
	};
	ssize_t r;

	if (level > 4)
		return;
	while ((r = writev(2, iov, 2)) != 0) {
		if (r < 0) {
			if (errno == EINTR)
				continue;
			return;		/* nobody listens */
		}
		/* A full pipe took a part. */
		if ((size_t)r < iov[0].iov_len) {
			iov[0].iov_base = (char *)iov[0].iov_base + r;
			iov[0].iov_len -= r;
			continue;
		}
		r -= iov[0].iov_len;
		iov[0].iov_len = 0;
		if (r >= 1)
			return;
	}
}

void rumpuser_log(int level, const char *text, unsigned long len)
{
	if (host.cfg.log)
		host.cfg.log(host.cfg.log_ctx, level, text, len);
	else
		to_stderr(level, text, len);
}

void host_log(int level, const char *fmt, ...)
{
	char line[256];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= sizeof(line))
		n = sizeof(line) - 1;
	rumpuser_log(level, line, n);
}

void rumpuser_exit(int panicked)
{
	sigset_t set;

	/* Not exit(3): we are on a kernel stack, and other threads go on. */
	if (!panicked)
		_exit(0);
	if (host.cfg.panicked)
		host.cfg.panicked(host.cfg.log_ctx);
	signal(SIGABRT, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, SIGABRT);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	abort();
}
