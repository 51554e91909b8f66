/* SPDX-License-Identifier: GPL-2.0-only */
/* rumpfs status and rumpfs log: what the mounts of rumpfs do. */
#ifndef RUMPFS_REPORT_H
#define RUMPFS_REPORT_H

#include <stdbool.h>

/* All mounts, or the one at @where (directory, device or image). Exit code. */
int report_status(const char *where, bool json);
/* The log of the kernel of the mount at @where. */
int report_log(const char *where);

#endif
