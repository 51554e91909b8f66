/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages. Each is one write, so that lines of the helper and of the daemon,
 * which share standard error, do not mix.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "message.h"

static const char *program = "mount.rumpfs";
static bool verbose;

void msg_init(const char *name)
{
	program = name;
}

void msg_set_verbose(bool on)
{
	verbose = on;
}

bool msg_is_verbose(void)
{
	return verbose;
}

/* Texts come from images and from other users' file names: no terminal sequences. */
static void clean(char *s)
{
	for (; *s; s++)
		if (((unsigned char)*s < ' ' && *s != '\t') || *s == 0x7f)
			*s = '?';
}

static void say(int fd, const char *prefix, const char *fmt, va_list ap)
{
	int saved = errno, len;
	char line[2048];
	ssize_t n;

	len = snprintf(line, sizeof(line), "%s: %s", program, prefix);
	vsnprintf(line + len, sizeof(line) - len - 1, fmt, ap);
	clean(line);
	len = strlen(line);
	line[len++] = '\n';
	n = write(fd, line, len);
	(void)n;
	errno = saved;
}

void msg_error(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(STDERR_FILENO, "", fmt, ap);
	va_end(ap);
}

void msg_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(STDERR_FILENO, "WARNING: ", fmt, ap);
	va_end(ap);
}

void msg_verbose(const char *fmt, ...)
{
	va_list ap;

	if (!verbose)
		return;
	va_start(ap, fmt);
	say(STDOUT_FILENO, "", fmt, ap);
	va_end(ap);
}
