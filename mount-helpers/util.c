/* SPDX-License-Identifier: GPL-2.0-only */
/* Strings, numbers, small files and the clock. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "message.h"
#include "util.h"

void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size ? size : 1);
	if (!p) {
		msg_error("out of memory");
		exit(EX_SYSERR);
	}
	return p;
}

char *xstrndup(const char *s, size_t len)
{
	char *p = xrealloc(NULL, len + 1);

	memcpy(p, s, len);
	p[len] = '\0';
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}

char *xvasprintf(const char *fmt, va_list ap)
{
	char *p;

	if (vasprintf(&p, fmt, ap) < 0) {
		msg_error("out of memory");
		exit(EX_SYSERR);
	}
	return p;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = xvasprintf(fmt, ap);
	va_end(ap);
	return p;
}

void strbuf_add(struct strbuf *b, const char *text, size_t len)
{
	if (b->len + len + 1 > b->size) {
		b->size = (b->len + len + 1) * 2;
		b->s = xrealloc(b->s, b->size);
	}
	memcpy(b->s + b->len, text, len);
	b->len += len;
	b->s[b->len] = '\0';
}

void strbuf_addf(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = xvasprintf(fmt, ap);
	va_end(ap);
	strbuf_add(b, p, strlen(p));
	free(p);
}

void strbuf_free(struct strbuf *b)
{
	free(b->s);
	memset(b, 0, sizeof(*b));
}

void str_append(char *buf, size_t size, const char *text)
{
	size_t len = strlen(buf);

	if (len + 1 < size)
		snprintf(buf + len, size - len, "%s", text);
}

bool parse_u64(const char *s, int base, uint64_t *out)
{
	char *end;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	*out = strtoull(s, &end, base);
	return !errno && !*end;
}

bool parse_size(const char *s, uint64_t *out)
{
	static const char units[] = "KMGT";
	unsigned int shift = 0;
	const char *unit;
	char *end;

	if (!isdigit((unsigned char)*s))
		return false;
	errno = 0;
	*out = strtoull(s, &end, 0);
	if (errno)
		return false;
	if (*end) {
		unit = strchr(units, toupper((unsigned char)*end));
		if (!unit || (end[1] && strcmp(end + 1, "iB")))
			return false;
		shift = 10 * (unit - units + 1);
	}
	if (*out > UINT64_MAX >> shift)
		return false;
	*out <<= shift;
	return true;
}

bool parse_seconds(const char *s, double *out)
{
	double scale = 1, value = 0;
	bool point = false;
	size_t len = strlen(s);

	if (!isdigit((unsigned char)*s) || len > 15)
		return false;
	for (; *s; s++) {
		if (*s == '.' && !point) {
			point = true;
		} else if (isdigit((unsigned char)*s)) {
			value = value * 10 + (*s - '0');
			if (point)
				scale *= 10;
		} else {
			return false;
		}
	}
	*out = value / scale;
	return true;
}

char *read_file(const char *path)
{
	struct strbuf b = { 0 };
	char chunk[4096];
	ssize_t n;
	int fd, err;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	strbuf_add(&b, "", 0);
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		strbuf_add(&b, chunk, n);
	err = errno;
	close(fd);
	if (n < 0) {
		strbuf_free(&b);
		errno = err;
		return NULL;
	}
	return b.s;
}

long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}
