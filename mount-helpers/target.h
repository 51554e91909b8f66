/* SPDX-License-Identifier: GPL-2.0-only */
/* The directory, and the name space it is in. */
#ifndef RUMPFS_TARGET_H
#define RUMPFS_TARGET_H

#include <stdbool.h>

/*
 * Make @dir absolute and canonical, and see that it can be mounted on. A dead
 * rumpfs mount there is detached (unless @fake). Exit code, said why.
 */
int target_find(char **path, const char *dir, bool fake);

/* Enter the mount name space @ns: a file, or the number of a process. Exit code, said why. */
int target_namespace(const char *ns);

#endif
