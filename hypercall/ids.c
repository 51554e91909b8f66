// SPDX-License-Identifier: GPL-2.0-only
/* Numbers of users and groups: the program knows, or nobody. */
#include <rump/rumpuser_id.h>
#include "internal.h"

int rumpuser_id_of_name(int group, const char *name, unsigned int len, unsigned int *id)
{
	if (!host.cfg.id_of_name)
		return -ENOSYS;
	return host.cfg.id_of_name(host.cfg.id_ctx, group, name, len, id);
}
