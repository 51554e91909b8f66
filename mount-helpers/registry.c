/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding a driver in the table of built-in ones. Pure functions. */
#include <string.h>
#include "registry.h"
#include "util.h"

const char *registry_strip(const char *type)
{
	static const char *const prefixes[] = { "fuse.", "fuseblk.", NULL };

	for (const char *const *p = prefixes; *p; p++) {
		size_t len = strlen(*p);

		if (!strncmp(type, *p, len)) {
			type += len;
			break;
		}
	}
	if (!strncmp(type, "rumpfs", 6) && (!type[6] || type[6] == '.'))
		type += type[6] ? 7 : 6;
	return strcmp(type, "auto") ? type : "";
}

const struct fs_driver *registry_find(const char *type, const struct fs_name **name)
{
	type = registry_strip(type);
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		for (const struct fs_name *n = d->names; n->name; n++) {
			if (!strcmp(n->name, type)) {
				*name = n;
				return d;
			}
		}
	}
	return NULL;
}

const struct fs_driver *registry_find_blkid(const char *type, const struct fs_name **name)
{
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		for (const char *const *b = d->blkid; *b; b++) {
			if (strcmp(*b, type))
				continue;
			/* libblkid's name where the driver answers to it, else the first */
			*name = d->names;
			for (const struct fs_name *n = d->names; n->name; n++)
				if (!strcmp(n->name, type))
					*name = n;
			return d;
		}
	}
	return NULL;
}

char *registry_names(char *buf, size_t size)
{
	buf[0] = '\0';
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		for (const struct fs_name *n = d->names; n->name; n++) {
			if (buf[0])
				str_append(buf, size, ", ");
			str_append(buf, size, n->name);
		}
	}
	return buf;
}
