/* SPDX-License-Identifier: GPL-2.0-only */
/* libmount's memory of mounts, so that umount(8) calls umount.rumpfs. */
#ifndef RUMPFS_UTAB_H
#define RUMPFS_UTAB_H

#include <stdbool.h>

/*
 * Note the mount of @source on @target, instead of any older note about
 * @target; without @source only forget. False with errno: umount(8) will not
 * wait for the daemon.
 */
bool utab_note(const char *source, const char *target);

#endif
