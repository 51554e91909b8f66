/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpuser, continued: numbers of users and groups that a server calls by name. Context and errors as in
 * rumpuser.h; it is a header of its own because that one is part of every object of the kernel.
 */
#ifndef _RUMP_RUMPUSER_ID_H
#define _RUMP_RUMPUSER_ID_H

#include <rump/rumpuser.h>

/*
 * The host's number of the user, or @group, whose name is @len bytes at @name. -ENOENT: there is none. Any other
 * error: it cannot be known now. May take as long as the host takes to look into its tables, which may be
 * somewhere on the network: the caller keeps what it learns.
 */
RUMPUSER_EXPORT int rumpuser_id_of_name(int group, const char *name, unsigned int len, unsigned int *id);

#endif
