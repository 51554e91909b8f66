/* SPDX-License-Identifier: GPL-2.0-only */
/* rumpfs: what is built in, what is mounted, and what its kernels say. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include "message.h"
#include "registry.h"
#include "report.h"
#include "util.h"

static int usage(FILE *f, int ret)
{
	fprintf(f, "Usage: rumpfs --list | --version | --help\n"
		"       rumpfs status [--json] [DIR|SOURCE]\n"
		"       rumpfs log DIR|SOURCE\n");
	return ret;
}

static void join_names(const struct fs_driver *d, char *buf, size_t size)
{
	*buf = '\0';
	for (const struct fs_name *n = d->names; n->name; n++) {
		str_append(buf, size, n == d->names ? "" : " ");
		str_append(buf, size, n->name);
	}
}

static int list(void)
{
	char names[256];
	int wide = 0;

	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		join_names(d, names, sizeof(names));
		if ((int)strlen(names) > wide)
			wide = strlen(names);
	}
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		join_names(d, names, sizeof(names));
		printf("%-*s %s  %s\n", wide, names, d->readonly ? "ro" : "rw", d->title);
	}
	return EX_SUCCESS;
}

/* What nobody could be told is an error, too. */
static int told(int ret)
{
	errno = 0;
	if (!fflush(stdout) && !ferror(stdout))
		return ret;
	msg_error("standard output: %s", errno ? strerror(errno) : "cannot be written to");
	return ret ? ret : EX_SYSERR;
}

static int run(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false, listed = false;
	const char *word;
	int opt;

	while ((opt = getopt_long(argc, argv, "lhV", longopts, NULL)) >= 0) {
		switch (opt) {
		case 'l':
			listed = true;
			break;
		case 'j':
			json = true;
			break;
		case 'h':
			return usage(stdout, EX_SUCCESS);
		case 'V':
			printf("rumpfs %s\n", VERSION);
			return EX_SUCCESS;
		default:
			return usage(stderr, EX_USAGE);
		}
	}
	argc -= optind;
	argv += optind;
	word = argc ? argv[0] : "";
	if (listed && !argc && !json)
		return list();
	if (!listed && !strcmp(word, "status") && argc <= 2)
		return report_status(argc == 2 ? argv[1] : NULL, json);
	if (!listed && !json && !strcmp(word, "log") && argc == 2)
		return report_log(argv[1]);
	return usage(stderr, EX_USAGE);
}

int main(int argc, char **argv)
{
	msg_init("rumpfs");
	return told(run(argc, argv));
}
