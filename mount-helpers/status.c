/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The status pipe of the daemon. Lines:
 *   L<level> TEXT   the kernel's log        W TEXT         a warning for the user
 *   E<code> TEXT    failed, and why         OK             the mount can be used
 *   N<errno>        what the driver returned    B  the kernel has booted
 * Others are for a newer helper and ignored.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "message.h"
#include "status.h"

#define LOG_LINES	1024	/* kept: a panic prints its registers and a long backtrace */
#define LINE_BYTES	4096

static void add_log(struct status *st, int level, const char *text)
{
	if (st->nlog == LOG_LINES) {
		/* the oldest are of least interest; rare, so moved */
		for (unsigned int i = 0; i < LOG_LINES / 2; i++)
			free(st->log[i].text);
		memmove(st->log, st->log + LOG_LINES / 2, LOG_LINES / 2 * sizeof(*st->log));
		st->nlog = LOG_LINES / 2;
		st->nboot = st->nboot > LOG_LINES / 2 ? st->nboot - LOG_LINES / 2 : 0;
	}
	if (!st->log)
		st->log = xrealloc(NULL, LOG_LINES * sizeof(*st->log));
	st->log[st->nlog].level = level;
	st->log[st->nlog++].text = xstrdup(text);
}

static void line(struct status *st, const char *s)
{
	char *end;

	if (s[0] == 'L' && s[1] >= '0' && s[1] <= '7' && s[2] == ' ') {
		add_log(st, s[1] - '0', s + 3);
	} else if (s[0] == 'W' && s[1] == ' ') {
		if (st->nwarnings >= 64)
			return;
		st->warnings = xrealloc(st->warnings, (st->nwarnings + 1) * sizeof(char *));
		st->warnings[st->nwarnings++] = xstrdup(s + 2);
	} else if (s[0] == 'E' && isdigit((unsigned char)s[1]) && !st->error) {
		st->error = strtol(s + 1, &end, 10);
		if (st->error < 1 || st->error > 127)
			st->error = EX_FAIL;
		st->reason = xstrdup(*end == ' ' ? end + 1 : end);
	} else if (s[0] == 'N' && isdigit((unsigned char)s[1])) {
		st->err = strtol(s + 1, &end, 10);
	} else if (!strcmp(s, "B")) {
		st->nboot = st->nlog;
	} else if (!strcmp(s, "OK")) {
		st->ok = true;
	}
}

void status_feed(struct status *st, const char *data, size_t len)
{
	while (len) {
		const char *nl = memchr(data, '\n', len);
		size_t n = nl ? (size_t)(nl - data) : len;

		if (st->partial.len + n <= LINE_BYTES)
			strbuf_add(&st->partial, data, n);
		if (!nl)
			return;
		strbuf_add(&st->partial, "", 1);
		line(st, st->partial.s);
		st->partial.len = 0;
		data = nl + 1;
		len -= n + 1;
	}
}

/* A kernel that ends without a word has a last one at a high level. */
static void explain_panic(const struct status *st, const char *source)
{
	unsigned int first = 0;

	while (first < st->nlog && st->log[first].level > 2)
		first++;
	/* what led to it, an oops and its backtrace, comes before as warnings */
	while (first < st->nlog && first > 0 && st->log[first - 1].level <= 4)
		first--;
	for (unsigned int i = first; i < st->nlog; i++)
		msg_error("%s", st->log[i].text);
	if (first < st->nlog) {
		msg_error("%s: mounting failed: the driver panicked; nothing else is affected", source);
		return;
	}
	for (unsigned int i = 0; i < st->nlog; i++)
		if (st->log[i].level <= 4)
			msg_error("%s", st->log[i].text);
	msg_error("%s: mounting failed: the daemon ended without giving a reason", source);
}

/*
 * Drivers put the name of the disk in front of what they say of it, as "(sda1)", some as "(device sda1)", who tell a
 * lot that is no reason. Of a server there is one driver alone that warns of anything, and the server's own word for it is a notice.
 */
static bool about(const struct status_line *l, const char *diskname)
{
	static const char device[] = "(device ";
	const char *p;
	size_t at;

	if (!diskname)
		return l->level <= 5;
	for (p = l->text; (p = strstr(p, diskname)); p++) {
		at = p - l->text;
		if (at && p[-1] == '(')
			return l->level <= 6;
		if (at >= strlen(device) && !strncmp(p - strlen(device), device, strlen(device)))
			return l->level <= 4;
	}
	return false;
}

const char *status_text(const char *text, const char *source)
{
	size_t len = strlen(source);

	return !strncmp(text, source, len) && !strncmp(text + len, ": ", 2) ? text + len + 2 : text;
}

void status_explain(const struct status *st, const char *source, const char *diskname)
{
	const char *reason, *last = NULL;

	if (!st->error) {
		explain_panic(st, source);
		return;
	}
	reason = status_text(st->reason, source);
	for (unsigned int i = st->nboot; i < st->nlog; i++) {
		if (!about(&st->log[i], diskname))
			continue;
		if (last)
			msg_error("%s: %s", source, last);
		last = st->log[i].text;
		if (!diskname) {
			msg_error("%s: %s", source, last);
			last = NULL;
		}
	}
	if (last)
		msg_error("%s: mounting failed: %s: %s", source, last, reason);
	else
		msg_error("%s: mounting failed: %s", source, reason);
}

void status_free(struct status *st)
{
	for (unsigned int i = 0; i < st->nlog; i++)
		free(st->log[i].text);
	for (unsigned int i = 0; i < st->nwarnings; i++)
		free(st->warnings[i]);
	free(st->log);
	free(st->warnings);
	free(st->reason);
	strbuf_free(&st->partial);
	memset(st, 0, sizeof(*st));
}
