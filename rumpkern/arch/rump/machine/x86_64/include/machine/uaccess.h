/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accesses that may fault, on x86-64. An entry of the exception table says where
 * to go on: its section is writable because the dynamic linker relocates the
 * absolute addresses in it.
 */
#ifndef _RUMP_MACHINE_UACCESS_H
#define _RUMP_MACHINE_UACCESS_H
#include <linux/types.h>

#define MACHINE_EXTABLE(from, to)			\
	".pushsection __ex_table, \"aw\"\n"	\
	".balign 8\n"				\
	".quad " #from ", " #to "\n"		\
	".popsection\n"

static __always_inline unsigned long machine_copy_user(void *to, const void *from,
						    unsigned long n)
{
	__asm__ __volatile__("1:	rep movsb\n"
			     "2:\n"
			     MACHINE_EXTABLE(1b, 2b)
			     : "+c" (n), "+D" (to), "+S" (from) : : "memory");
	return n;
}

#define MACHINE_MOV(sfx, to, from, n)					\
	__asm__ __volatile__("1:	mov" sfx " %2, %1\n"		\
			     "	xorl %k0, %k0\n"			\
			     "2:\n"					\
			     MACHINE_EXTABLE(1b, 2b)			\
			     : "+r" (n), to : from)

static __always_inline int machine_get_user(size_t size, const void __user *from,
					 void *to)
{
	unsigned long n = size;

	switch (size) {
	case 1: { u8 v = 0; MACHINE_MOV("b", "+q" (v), "m" (*(const u8 __force *)from), n); *(u8 *)to = v; break; }
	case 2: { u16 v = 0; MACHINE_MOV("w", "+r" (v), "m" (*(const u16 __force *)from), n); *(u16 *)to = v; break; }
	case 4: { u32 v = 0; MACHINE_MOV("l", "+r" (v), "m" (*(const u32 __force *)from), n); *(u32 *)to = v; break; }
	case 8: { u64 v = 0; MACHINE_MOV("q", "+r" (v), "m" (*(const u64 __force *)from), n); *(u64 *)to = v; break; }
	default: n = machine_copy_user(to, (const void __force *)from, n);
	}
	return n ? -EFAULT : 0;
}

static __always_inline int machine_put_user(size_t size, void __user *to,
					 void *from)
{
	unsigned long n = size;

	switch (size) {
	case 1: MACHINE_MOV("b", "+m" (*(u8 __force *)to), "q" (*(u8 *)from), n); break;
	case 2: MACHINE_MOV("w", "+m" (*(u16 __force *)to), "r" (*(u16 *)from), n); break;
	case 4: MACHINE_MOV("l", "+m" (*(u32 __force *)to), "r" (*(u32 *)from), n); break;
	case 8: MACHINE_MOV("q", "+m" (*(u64 __force *)to), "r" (*(u64 *)from), n); break;
	default: n = machine_copy_user((void __force *)to, from, n);
	}
	return n ? -EFAULT : 0;
}
#endif
