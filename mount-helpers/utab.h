/* SPDX-License-Identifier: GPL-2.0-only */
/* libmount's memory of mounts, so that umount(8) calls umount.rumpfs. */
#ifndef RUMPFS_UTAB_H
#define RUMPFS_UTAB_H

#include <stdbool.h>

/*
 * Note the mount of @source on @target, instead of any older note about
 * @target; without @source only forget. @options are added to the note: who may
 * unmount it, "user=NAME" or "users"; may be NULL. False with errno: umount(8) will
 * not wait for the daemon.
 */
bool utab_note(const char *source, const char *target, const char *options);

/* Options of the note about @target; NULL: there is none. The caller frees. */
char *utab_options(const char *target);
/* Is @name, with @value if that is not NULL, in such a list? */
bool utab_has(const char *options, const char *name, const char *value);

#endif
