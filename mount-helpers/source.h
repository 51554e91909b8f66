/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device or image: found, opened, and claimed for this mount alone. Of what
 * is on a server (netsource.h) there is but a name and addresses.
 */
#ifndef RUMPFS_SOURCE_H
#define RUMPFS_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "options.h"

struct source {
	char *path;		/* absolute and canonical, as /proc/mounts shall show it */
	bool blockdev;
	dev_t rdev;		/* of a block device */
	int fd;			/* the file, O_RDWR unless readonly */
	int claim;		/* block device: opened O_EXCL. -1 for images, which are locked */
	bool readonly;		/* opened read-only */
	bool protected;		/* ... although writing was asked for */
	uint64_t length;	/* bytes */
	uint64_t offset, size;	/* the window of it; 0, 0: all */

	bool network;		/* nothing of the above but path, which is as the user wrote it */
	char *devname;		/* how the driver wants it */
	char *host;		/* the server, by name or number */
	char **addresses;	/* of the server, to be tried in this order; none: the user gave it */
	unsigned int naddresses;
};

/* UUID=, LABEL= and the like. */
bool source_is_tag(const char *spec);
/* @path canonical, with the name that users know a device by; NULL with errno. */
char *source_path(const char *path);

/*
 * All of the following return an exit code, after saying what is wrong.
 * source_find() resolves @spec; source_open() opens it as @o asks, or only
 * for a look with @fake (no claim, no lock). A missing device with nofail is
 * EX_SUCCESS with .path (find) or .fd (open) not set.
 */
int source_find(struct source *s, const char *spec, const struct options *o);
int source_open(struct source *s, const struct options *o, bool fake);
/* The window that part=, offset= and sizelimit= choose. */
int source_window(struct source *s, const struct options *o);
void source_close(struct source *s);
void source_free(struct source *s);

#endif
