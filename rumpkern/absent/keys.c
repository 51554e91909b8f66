// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the base refers to of key rings, for components without the part "keys":
 * no credentials have any.
 */
#include <linux/cred.h>
#include <linux/key.h>
#include <linux/sysctl.h>

struct ctl_table key_sysctls[] = { { } };

void __init key_init(void)
{
}

void key_put(struct key *key)
{
}

int install_thread_keyring_to_cred(struct cred *cred);
int install_thread_keyring_to_cred(struct cred *cred)
{
	return 0;
}

void key_fsuid_changed(struct cred *cred)
{
}

void key_fsgid_changed(struct cred *cred)
{
}
