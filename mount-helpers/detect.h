/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a superblock tells the helper before the driver sees it, by the rules
 * ("super" and "when") of the driver's description: options that the driver
 * cannot find out, reasons to mount read-only or not at all, and the bytes that
 * say "in use" while it is mounted for writing.
 */
#ifndef RUMPFS_DETECT_H
#define RUMPFS_DETECT_H

#include "options.h"
#include "registry.h"

struct detected {
	const char *readonly;		/* why it must not be written to, or NULL */
	const char *refused;		/* why it cannot be mounted, or NULL */
	struct strbuf marks;		/* "OFFSET:BUSY:CLEAN ...", bytes of the window */
};

/*
 * Look at the file system that begins @offset bytes into @fd. Options that
 * follow are added to @o unless the user gave another value. False with errno
 * if it cannot be read.
 */
bool detect(struct detected *found, int fd, uint64_t offset, const struct fs_driver *d,
	    struct options *o);
void detect_free(struct detected *found);

#endif
