// SPDX-License-Identifier: GPL-2.0-only
/*
 * The console: hands the kernel log to the host, a line a call, with its level.
 * The console is an "extended" one, for only those are told the level. A record
 * is "prefix,seq,usec,flags;text\n", and may be followed by lines of properties
 * that begin with a space. Bytes outside printable ASCII, and backslashes, arrive as \xNN.
 */
#include <linux/console.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/major.h>
#include <linux/string.h>
#include <asm/rump.h>

/* Backslashes, of which names of servers have two, as they were. */
static void console_piece(int level, const char *text, const char *end)
{
	static char line[CONSOLE_EXT_LOG_MAX];
	unsigned int n = 0;

	while (text < end && n < sizeof(line)) {
		line[n++] = *text;
		text += end - text >= 4 && !memcmp(text, "\\x5c", 4) ? 4 : 1;
	}
	rumpuser_log(level, line, n);
}

static void console_line(int level, const char *text, const char *end)
{
	const char *nl;

	/* printk() escapes newlines inside a record. */
	while ((nl = strnstr(text, "\\x0a", end - text))) {
		console_piece(level, text, nl);
		text = nl + 4;
	}
	if (text < end || !level)
		console_piece(level, text, end);
}

static void console_write(struct console *c, const char *s, unsigned int n)
{
	const char *end = s + n, *text, *nl;
	unsigned int prefix = 0;

	for (text = s; text < end && *text >= '0' && *text <= '9'; text++)
		prefix = prefix * 10 + (*text - '0');
	text = memchr(s, ';', n);
	if (!text)
		return;
	text++;
	nl = memchr(text, '\n', end - text);
	console_line(prefix & 7, text, nl ?: end);
}

static struct console rump_console = {
	.name = "rump",
	.write = console_write,
	.flags = CON_PRINTBUFFER | CON_ENABLED | CON_ANYTIME | CON_EXTENDED,
	.index = -1,
};

void __init rump_console_init(void)
{
	register_console(&rump_console);
}

/* Init opens /dev/console before anything else, and complains if it cannot. */
static int __init console_device_init(void)
{
	static const struct file_operations nothing = { .llseek = noop_llseek };

	return register_chrdev(TTYAUX_MAJOR, "console", &nothing) < 0 ? -EBUSY : 0;
}
device_initcall(console_device_init);
