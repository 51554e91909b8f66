/* SPDX-License-Identifier: GPL-2.0-only */
/* What the processor can do. A virtual machine takes tens of microseconds to answer: ask once. */
#ifndef _RUMP_MACHINE_CPUID_H
#define _RUMP_MACHINE_CPUID_H

#include <linux/types.h>

enum cpuid_register { CPUID_EAX, CPUID_EBX, CPUID_ECX, CPUID_EDX };

#define CPUID_1_ECX_PCLMUL	(1u << 1)
#define CPUID_1_ECX_SSE41	(1u << 19)
#define CPUID_1_ECX_SSE42	(1u << 20)
#define CPUID_1_ECX_AES		(1u << 25)
#define CPUID_7_EBX_SHA		(1u << 29)

static inline bool cpuid_has(u32 leaf, u32 subleaf, enum cpuid_register which, u32 bits)
{
	u32 r[4], a = 0;

	/* An unknown leaf is answered as if the highest had been asked for. The first are always there. */
	if (leaf > 1) {
		asm volatile("cpuid" : "+a" (a), "=b" (r[1]), "=c" (r[2]), "=d" (r[3]));
		if (a < leaf)
			return false;
	}
	r[0] = leaf;
	r[2] = subleaf;
	asm volatile("cpuid" : "+a" (r[0]), "=b" (r[1]), "+c" (r[2]), "=d" (r[3]));
	return (r[which] & bits) == bits;
}

#endif
