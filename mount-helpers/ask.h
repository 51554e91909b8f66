/* SPDX-License-Identifier: GPL-2.0-only */
/* A question to the daemon of a mount, whose driver may be stuck and never answer. */
#ifndef RUMPFS_ASK_H
#define RUMPFS_ASK_H

#include <rumpfs/control.h>
#include "util.h"

#define ASK_LIMIT_MS	3000

/*
 * Asks through the root directory @target. 0, or an errno: ETIMEDOUT when there was no
 * answer in ASK_LIMIT_MS, ENOTCONN of a dead mount, EPERM for others than root.
 */
int ask_status(const char *target, struct rumpfs_status *st);

#endif
