/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strings for the helpers. Memory that is not to be had ends the program with
 * exit code 2: nothing has been mounted then that the caller would not undo.
 */
#ifndef RUMPFS_UTIL_H
#define RUMPFS_UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string; .s is always terminated once something was added. */
struct strbuf {
	char *s;
	size_t len, size;
};

void strbuf_add(struct strbuf *b, const char *text, size_t len);
void strbuf_addf(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void strbuf_free(struct strbuf *b);

void *xrealloc(void *p, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);
char *xvasprintf(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Append to a fixed buffer, cutting what does not fit. */
void str_append(char *buf, size_t size, const char *text);

/* Decimal, octal (@base 8) or any of C's (@base 0), and nothing after it. */
bool parse_u64(const char *s, int base, uint64_t *out);
/* A size in bytes: a number with K, M, G, T (1024) or nothing behind it. */
bool parse_size(const char *s, uint64_t *out);
/* Seconds with decimals, independent of the locale. */
bool parse_seconds(const char *s, double *out);

/* The whole of a small file, terminated; NULL with errno. */
char *read_file(const char *path);

/* CLOCK_MONOTONIC in milliseconds. */
long long now_ms(void);

#endif
