/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpuser, continued: names that only the host knows, of users, groups and the server. Context and errors as in
 * rumpuser.h; it is a header of its own because that one is part of every object of the kernel.
 */
#ifndef _RUMP_RUMPUSER_NAME_H
#define _RUMP_RUMPUSER_NAME_H

#include <rump/rumpuser.h>

/*
 * The host's number of the user, or @group, whose name is @len bytes at @name. -ENOENT: there is none. Any other
 * error: it cannot be known now. May take as long as the host takes to look into its tables, which may be
 * somewhere on the network: the caller keeps what it learns.
 */
RUMPUSER_EXPORT int rumpuser_id_of_name(int group, const char *name, unsigned int len, unsigned int *id);

/*
 * The host is to look up where the server of the mount is now; does not wait. -EOPNOTSUPP: the user gave its address, not its name.
 * Any other error: it cannot be asked now.
 */
RUMPUSER_EXPORT int rumpuser_server_ask(void);

/*
 * What it found, the newest first asked for and not taken yet: as many addresses as there are, at most @max, in the order in which to
 * try them, in @list of RUMPUSER_SOCKADDR bytes each: Linux's sockaddr_in6, or sockaddr_in and zeros, port 0. -EAGAIN: nothing yet.
 * -ENOENT: the server's name has no address now. Does not wait.
 */
#define RUMPUSER_SOCKADDR	28
#define RUMPUSER_SERVER_MAX	16
RUMPUSER_EXPORT int rumpuser_server_addresses(void *list, unsigned int max);

#endif
