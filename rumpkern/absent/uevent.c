// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of devices for which nobody listens: no udev, no netlink, no helper.
 * In the place of lib/kobject_uevent.o, which the link takes from lib.a only for
 * what is missing.
 */
#include <linux/kobject.h>

u64 uevent_seqnum;

int kobject_uevent_env(struct kobject *kobj, enum kobject_action action, char *envp[])
{
	return 0;
}

int kobject_uevent(struct kobject *kobj, enum kobject_action action)
{
	return 0;
}

int kobject_synth_uevent(struct kobject *kobj, const char *buf, size_t count)
{
	return 0;
}

int add_uevent_var(struct kobj_uevent_env *env, const char *format, ...)
{
	return 0;
}
