/* SPDX-License-Identifier: GPL-2.0-only */
/* Resource limits. */
#ifndef RUMPFS_RLIMITS_H
#define RUMPFS_RLIMITS_H

/*
 * A mount outlives who makes it, and a file system knows no limits of processes: those of the caller, with which a
 * daemon would be killed for what it writes or how long it runs, become such as it needs. For root; where even he is
 * not allowed to raise them they stay.
 */
void limits_forget(void);

#endif
