/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_UACCESS_H
#define _ASM_RUMP_UACCESS_H
/*
 * User memory is the host process's own memory: the same address space, so any
 * address may be tried. Faults do happen (copy_mount_options() reads a whole
 * page from wherever the string is); the host's signal handler then continues
 * at the fixup that rump_kernel.fixup() finds in the exception table.
 */
#include <linux/string.h>
#include <machine/uaccess.h>
#include <asm-generic/access_ok.h>

#define __get_user_fn(sz, u, k)	machine_get_user(sz, u, k)
#define __put_user_fn(sz, u, k)	machine_put_user(sz, u, k)

#define __get_kernel_nofault(dst, src, type, label)			\
do {									\
	if (machine_get_user(sizeof(type), (const void __user __force *)(src), (dst))) \
		goto label;						\
} while (0)

#define __put_kernel_nofault(dst, src, type, label)			\
do {									\
	if (machine_put_user(sizeof(type), (void __user __force *)(dst), (void *)(src))) \
		goto label;						\
} while (0)

static inline __must_check unsigned long
raw_copy_from_user(void *to, const void __user *from, unsigned long n)
{
	return machine_copy_user(to, (const void __force *)from, n);
}

static inline __must_check unsigned long
raw_copy_to_user(void __user *to, const void *from, unsigned long n)
{
	return machine_copy_user((void __force *)to, from, n);
}
#define INLINE_COPY_FROM_USER
#define INLINE_COPY_TO_USER

#include <asm-generic/uaccess.h>
#endif
