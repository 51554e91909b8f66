// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a credit when the connection breaks. The new connection begins with one, of which the driver tells nobody. Mostly the next
 * answer does; but if he who logs in is among the waiting, there is none, for nobody else may ask before. So they are told: he finds that the
 * connection is another, and begins anew.
 */
#include <linux/init.h>
#include "cifsglob.h"

/* The driver's own, of which version 1.0 has another. */
static void (*driver_set_credits[2])(struct TCP_Server_Info *server, const int val);

static void set_credits_and_tell(struct TCP_Server_Info *server, const int val)
{
	driver_set_credits[is_smb1(server)](server, val);
	wake_up(&server->request_q);
}

static int __init credits_init(void)
{
	struct smb_version_operations *const all[] = {
		&smb1_operations, &smb20_operations, &smb21_operations, &smb30_operations, &smb311_operations
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		driver_set_credits[all[i] == &smb1_operations] = all[i]->set_credits;
		all[i]->set_credits = set_credits_and_tell;
	}
	return 0;
}
device_initcall(credits_init);
