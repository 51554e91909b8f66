// SPDX-License-Identifier: GPL-2.0-only
/* Names of users, groups and the server: the program knows, or nobody. */
#include <rump/rumpuser_name.h>
#include "internal.h"

int rumpuser_id_of_name(int group, const char *name, unsigned int len, unsigned int *id)
{
	if (!host.cfg.id_of_name)
		return -ENOSYS;
	return host.cfg.id_of_name(host.cfg.names_ctx, group, name, len, id);
}

int rumpuser_server_ask(void)
{
	if (!host.cfg.server_ask)
		return -EOPNOTSUPP;
	return host.cfg.server_ask(host.cfg.names_ctx);
}

int rumpuser_server_addresses(void *list, unsigned int max)
{
	if (!host.cfg.server_addresses)
		return -EOPNOTSUPP;
	return host.cfg.server_addresses(host.cfg.names_ctx, list, max);
}
