/* SPDX-License-Identifier: GPL-2.0-only */
/* Who has a device or image that cannot be had. */
#ifndef RUMPFS_BUSY_H
#define RUMPFS_BUSY_H

#include <stdbool.h>
#include <sys/types.h>

/* Say that @path is in use, and by whom as far as that can be found out. @rdev: of a block device. */
void busy_report(const char *path, const dev_t *rdev);

/* An image behind a loop device has two masters: say so, return true. */
bool busy_loop(const char *path);
/* So it has when the loop device comes second. @rdev: of any block device; @readonly: it will not be written to. */
bool busy_backing(const char *path, dev_t rdev, bool readonly);

#endif
