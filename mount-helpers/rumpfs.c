/* SPDX-License-Identifier: GPL-2.0-only */
/* rumpfs: what is built in. */
#include <getopt.h>
#include <stdio.h>
#include "message.h"
#include "registry.h"
#include "util.h"

static int usage(FILE *f, int ret)
{
	fprintf(f, "Usage: rumpfs --list | --version\n");
	return ret;
}

static int list(void)
{
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		char names[256] = "";

		for (const struct fs_name *n = d->names; n->name; n++) {
			str_append(names, sizeof(names), n == d->names ? "" : " ");
			str_append(names, sizeof(names), n->name);
		}
		printf("%-24s %s  %s\n", names, d->readonly ? "ro" : "rw", d->title);
	}
	return ferror(stdout) ? EX_SYSERR : EX_SUCCESS;
}

int main(int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "list", no_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};

	switch (getopt_long(argc, argv, "lhV", longopts, NULL)) {
	case 'l':
		return list();
	case 'h':
		return usage(stdout, EX_SUCCESS);
	case 'V':
		printf("rumpfs %s\n", VERSION);
		return EX_SUCCESS;
	}
	return usage(stderr, EX_USAGE);
}
