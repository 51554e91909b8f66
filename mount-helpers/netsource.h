/* SPDX-License-Identifier: GPL-2.0-only */
/* A file system on a server: the form of its name, and the server's addresses. */
#ifndef RUMPFS_NETSOURCE_H
#define RUMPFS_NETSOURCE_H

#include <stdbool.h>
#include "options.h"
#include "registry.h"
#include "source.h"

/*
 * Does @spec have the form of @kind? Then the server's name is stored in *@host
 * (for free(); without the brackets of an IPv6 address), and in *@name how the driver gets the whole.
 * Either may be NULL.
 */
bool netsource_parse(enum fs_source kind, const char *spec, char **host, char **name);

/* The driver for a @spec without a type, by its form. NULL: it has none of a server's. */
const struct fs_driver *netsource_driver(const char *spec, const struct fs_name **name);

/*
 * Fill in @s for @spec on a server, whose addresses are looked up unless
 * the user has given one. So is that of another host that an option names; it
 * becomes an option. Exit code, said why.
 */
int netsource_find(struct source *s, const char *spec, const struct fs_driver *d, struct options *o);

#endif
