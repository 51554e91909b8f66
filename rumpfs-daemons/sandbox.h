/* SPDX-License-Identifier: GPL-2.0-only */
/* What the worker gives up. */
#ifndef _RUMPFSD_SANDBOX_H
#define _RUMPFSD_SANDBOX_H

#include <stdbool.h>
#include "log.h"

/*
 * All capabilities (with @network but that of binding low ports), and the way to
 * new ones. While there is one thread. 0 or -errno.
 */
int sandbox_privileges(bool network);

/*
 * From here on no file can be opened and only system calls of the list are
 * possible, for all threads. Before anything of the disk is read.
 * @network: Internet sockets stay possible.
 * @trap: report a forbidden call in the log instead of dying silently (debug).
 * 0 or -errno, *@what says which step failed.
 */
int sandbox_enter(struct rlog *log, bool network, bool trap, const char **what);

#endif
