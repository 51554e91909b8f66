/* SPDX-License-Identifier: GPL-2.0-only */
/* mount -o remount */
#ifndef RUMPFS_REMOUNT_H
#define RUMPFS_REMOUNT_H

#include <stdbool.h>

/*
 * Change the rumpfs mount on @dir to the options @list (flags that it does not
 * mention stay). Driver and host's mount change together or not at all.
 * Exit code, said why.
 */
int remount_run(const char *dir, const char *list, bool sloppy, bool fake);

#endif
