/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where messages of the worker go: until the mount can be used to the helper
 * (status pipe: warnings at once, the rest when there is bad news, for which
 * it stays in the ring), then to syslog by way of the keeper (so the sandbox
 * needs no sockets and a restart of syslogd does not matter), in the foreground to
 * stderr too. A ring remembers the last lines of every level: a panic
 * sends what had not been thought worth sending, and who wants to may see it (rumpfs/seen.h).
 *
 * Runs on kernel stacks and, in a panic, on a signal stack: small frames only.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <sys/uio.h>
#include <unistd.h>
#include "channel.h"
#include "log.h"

#define PANIC_LINES	96		/* of the ring, at most, belong to a panic's story */
#define LINE_MAX_LEN	1000

static int write_line(int fd, const char *prefix, size_t plen, const char *text, size_t len)
{
	struct iovec iov[3] = {
		{ (void *)prefix, plen },
		{ (void *)text, len },
		{ "\n", 1 },
	};

	/* At most PIPE_BUF bytes, so a pipe takes it whole. */
	while (writev(fd, iov, 3) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

/* What the helper was not told, for the story of what comes next. */
static void flush_status(struct rlog *log)
{
	if (log->ring->head - log->told > RUMPFS_LOG_LINES)
		log->told = log->ring->head - RUMPFS_LOG_LINES;
	for (; log->told != log->ring->head; log->told++) {
		const struct rumpfs_log_line *l = &log->ring->line[log->told % RUMPFS_LOG_LINES];
		char prefix[3] = { 'L', '0' + l->level, ' ' };

		write_line(log->status_fd, prefix, 3, l->text, l->len);
	}
}

static void send_syslog(struct rlog *log, int level, const char *text, size_t len, bool wait)
{
	char line[CHAN_MAX];

	if (len > sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[0] = '0' + level;
	memcpy(line + 1, text, len);
	chan_send(log->chan_fd, CHAN_LOG, line, len + 1, wait);
}

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000ull + ts.tv_nsec / 1000;
}

void log_kernel_line(void *ctx, int level, const char *text, size_t len)
{
	struct rlog *log = ctx;
	struct rumpfs_log_line *l = &log->ring->line[log->ring->head % RUMPFS_LOG_LINES];
	size_t kept = len < RUMPFS_LOG_TEXT ? len : RUMPFS_LOG_TEXT;
	bool sent = false;

	if (level < 0 || level > 7)
		level = LOG_L_WARN;
	if (len > LINE_MAX_LEN)
		len = LINE_MAX_LEN;

	if (log->status_fd >= 0 && level <= LOG_L_WARN) {
		char prefix[3] = { 'L', '0' + level, ' ' };

		flush_status(log);
		write_line(log->status_fd, prefix, 3, text, len);
		log->told++;
	}
	if (log->booted && level <= (log->status_fd >= 0 ? LOG_L_ERR : log->level)) {
		send_syslog(log, level, text, len, false);
		sent = true;
	}
	if (log->foreground && level <= log->level)
		write_line(STDERR_FILENO, "rumpfs: ", 8, text, len);

	memcpy(l->text, text, kept);
	l->us = now_us();
	if (!log->ring->began)
		log->ring->began = l->us;
	l->len = kept;
	l->level = level;
	l->sent = sent;
	__atomic_store_n(&log->ring->head, log->ring->head + 1, __ATOMIC_RELEASE);
}

void log_panicked(void *ctx)
{
	struct rlog *log = ctx;
	const struct rumpfs_log *ring = log->ring;
	unsigned int n = ring->head - log->from;

	if (log->status_fd >= 0)
		flush_status(log);
	if (n > PANIC_LINES)
		n = PANIC_LINES;
	for (unsigned int i = ring->head - n; i != ring->head; i++) {
		const struct rumpfs_log_line *l = &ring->line[i % RUMPFS_LOG_LINES];

		if (l->sent)
			continue;
		send_syslog(log, l->level, l->text, l->len, true);
		if (log->foreground && l->level > log->level)
			write_line(STDERR_FILENO, "rumpfs: ", 8, l->text, l->len);
	}
}

void log_msg(struct rlog *log, int level, const char *fmt, ...)
{
	char text[LINE_MAX_LEN];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	log_kernel_line(log, level, text, n < (int)sizeof(text) ? (size_t)n : sizeof(text) - 1);
}

int log_status(struct rlog *log, const char *fmt, ...)
{
	char text[LINE_MAX_LEN];
	va_list ap;
	int n;

	if (log->status_fd < 0)
		return 0;
	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return -EINVAL;
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	for (int i = 0; i < n; i++)
		if (text[i] == '\n')
			text[i] = ' ';
	if (text[0] == 'E')
		flush_status(log);
	return write_line(log->status_fd, "", 0, text, n);
}
