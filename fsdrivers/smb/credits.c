// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who waits for a credit when the connection breaks. The new connection begins with one, of which the driver tells nobody. Mostly the next
 * answer does; but if he who logs in is among the waiting, there is none, for nobody else may ask before. So they are told: he finds that the
 * connection is another, and begins anew.
 */
#include <linux/init.h>
#include "cifsglob.h"

static void (*driver_set_credits[2])(struct TCP_Server_Info *server, const int val);

static void set_credits_smb1(struct TCP_Server_Info *server, const int val)
{
	driver_set_credits[0](server, val);
	wake_up(&server->request_q);
}

static void set_credits_smb2(struct TCP_Server_Info *server, const int val)
{
	driver_set_credits[1](server, val);
	wake_up(&server->request_q);
}

/* Versions 2 and 3 have one function. */
static int __init credits_init(void)
{
	driver_set_credits[0] = smb1_operations.set_credits;
	smb1_operations.set_credits = set_credits_smb1;
	driver_set_credits[1] = smb311_operations.set_credits;
	smb20_operations.set_credits = set_credits_smb2;
	smb21_operations.set_credits = set_credits_smb2;
	smb30_operations.set_credits = set_credits_smb2;
	smb311_operations.set_credits = set_credits_smb2;
	return 0;
}
device_initcall(credits_init);
