// SPDX-License-Identifier: GPL-2.0-only
/*
 * CRC32C by the processor's own instruction, which SSE 4.2 has and x86-64 alone
 * has not. lib/crc32.c lets an architecture replace its weak __crc32c_le().
 */
#include <linux/compiler.h>
#include <linux/crc32.h>
#include <asm/unaligned.h>
#include <machine/cpuid.h>

/* In lib/crc32.c and no header: the C that is replaced. */
u32 __pure __crc32c_le_base(u32 crc, unsigned char const *p, size_t len);

static u32 by_instruction(u32 crc, const u8 *p, size_t len)
{
	u64 wide = crc;

	for (; len >= 8; p += 8, len -= 8)
		asm("crc32q %1, %0" : "+r" (wide) : "rm" (get_unaligned((const u64 *)p)));
	crc = wide;
	for (; len; p++, len--)
		asm("crc32b %1, %0" : "+r" (crc) : "rm" (*p));
	return crc;
}

u32 __pure __crc32c_le(u32 crc, unsigned char const *p, size_t len)
{
	static int sse42 = -1;		/* not yet asked */

	if (unlikely(sse42 < 0))
		sse42 = cpuid_has(1, 0, CPUID_ECX, CPUID_1_ECX_SSE42);
	return sse42 ? by_instruction(crc, p, len) : __crc32c_le_base(crc, p, len);
}
