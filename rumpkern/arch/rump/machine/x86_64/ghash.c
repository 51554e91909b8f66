// SPDX-License-Identifier: GPL-2.0-only
/*
 * GHASH (NIST SP 800-38D) by PCLMULQDQ. A block read in network order is a polynomial
 * whose highest power is the lowest bit. The product of two such numbers, 255 bits, is
 * that of the polynomials but for a place, by which it is shifted; then x^128 is x^7 + x^2 + x + 1,
 * which in this order carries the low half into the high one.
 */
#include <asm/unaligned.h>
#include <machine/cpuid.h>
#include <machine/ghash.h>

typedef long long v2 __attribute__((vector_size(16)));

bool machine_has_ghash(void)
{
	return cpuid_has(1, 0, CPUID_ECX, CPUID_1_ECX_PCLMUL);
}

/* What a word of the low half is in the words above it. */
static inline void fold(u64 word, u64 *next, u64 *after)
{
	*next ^= word << 63 ^ word << 62 ^ word << 57;
	*after ^= word ^ word >> 1 ^ word >> 2 ^ word >> 7;
}

__attribute__((target("pclmul")))
void machine_ghash_blocks(u8 *sum, const u8 *h, const u8 *data, unsigned int n)
{
	v2 key = { get_unaligned_be64(h + 8), get_unaligned_be64(h) };
	u64 high = get_unaligned_be64(sum), low = get_unaligned_be64(sum + 8);

	for (; n; n--, data += 16) {
		v2 x = { low ^ get_unaligned_be64(data + 8), high ^ get_unaligned_be64(data) };
		v2 below = __builtin_ia32_pclmulqdq128(x, key, 0x00);
		v2 above = __builtin_ia32_pclmulqdq128(x, key, 0x11);
		v2 middle = __builtin_ia32_pclmulqdq128(x, key, 0x01) ^
			    __builtin_ia32_pclmulqdq128(x, key, 0x10);
		u64 w0 = below[0], w1 = below[1] ^ middle[0], w2 = above[0] ^ middle[1], w3 = above[1];

		w3 = w3 << 1 | w2 >> 63;
		w2 = w2 << 1 | w1 >> 63;
		w1 = w1 << 1 | w0 >> 63;
		w0 = w0 << 1;
		fold(w0, &w1, &w2);
		fold(w1, &w2, &w3);
		low = w2;
		high = w3;
	}
	put_unaligned_be64(high, sum);
	put_unaligned_be64(low, sum + 8);
}
