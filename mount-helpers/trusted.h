/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths that a program with root's rights may follow for a user. */
#ifndef RUMPFS_TRUSTED_H
#define RUMPFS_TRUSTED_H

#include <stdbool.h>

/*
 * Does @path (absolute, existing) lead through directories only in which nobody but
 * root can put something else in its way? Symbolic links there are root's and are
 * followed. False with a sentence in @reason (of REASON_SIZE).
 */
bool trusted_path(const char *path, char *reason);

#endif
