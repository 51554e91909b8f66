// SPDX-License-Identifier: GPL-2.0-only
/*
 * XFS takes it for a lack of memory when it cannot make its folder in /proc, and does
 * not start. In this component there is no /proc (absent/proc.c), and nobody to look.
 */
#include <linux/init.h>

int __real_xfs_init_procfs(void);
int __wrap_xfs_init_procfs(void);

int __wrap_xfs_init_procfs(void)
{
	__real_xfs_init_procfs();
	return 0;
}
