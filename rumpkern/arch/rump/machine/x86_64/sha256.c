// SPDX-License-Identifier: GPL-2.0-only
/*
 * The compression function of SHA-256 (FIPS 180-4) by the SHA extensions. An instruction
 * does two rounds, on the state in two vectors: a, b, e, f and c, d, g, h, the first in the
 * highest lane. The sixteen words of the block that matter live in four vectors.
 */
#include <asm/unaligned.h>
#include <linux/swab.h>
#include <machine/cpuid.h>
#include <machine/sha256.h>

typedef int v4 __attribute__((vector_size(16)));

static const u32 k[64] __aligned(16) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

bool machine_has_sha256(void)
{
	return cpuid_has(1, 0, CPUID_ECX, CPUID_1_ECX_SSE41) && cpuid_has(7, 0, CPUID_EBX, CPUID_7_EBX_SHA);
}

__attribute__((target("sha,sse4.1")))
void machine_sha256_blocks(u32 *state, const u8 *data, int n)
{
	v4 abef = { state[5], state[4], state[1], state[0] };
	v4 cdgh = { state[7], state[6], state[3], state[2] };

	for (; n; n--, data += 64) {
		v4 abef0 = abef, cdgh0 = cdgh, w[4];
		int i;

#pragma GCC unroll 16
		for (i = 0; i < 16; i++) {
			v4 *now = &w[i % 4], sum;

			if (i < 4) {
				const u8 *p = data + 16 * i;

				*now = (v4){ get_unaligned_be32(p), get_unaligned_be32(p + 4),
					     get_unaligned_be32(p + 8), get_unaligned_be32(p + 12) };
			} else {
				v4 last = w[(i + 3) % 4], before = w[(i + 2) % 4];

				*now = __builtin_ia32_sha256msg1(*now, w[(i + 1) % 4]);
				*now += __builtin_shuffle(before, last, (v4){ 1, 2, 3, 4 });
				*now = __builtin_ia32_sha256msg2(*now, last);
			}
			sum = *now + *(const v4 *)&k[4 * i];
			cdgh = __builtin_ia32_sha256rnds2(cdgh, abef, sum);
			sum = __builtin_shuffle(sum, (v4){ 2, 3, 2, 3 });
			abef = __builtin_ia32_sha256rnds2(abef, cdgh, sum);
		}
		abef += abef0;
		cdgh += cdgh0;
	}
	state[0] = abef[3];
	state[1] = abef[2];
	state[2] = cdgh[3];
	state[3] = cdgh[2];
	state[4] = abef[1];
	state[5] = abef[0];
	state[6] = cdgh[1];
	state[7] = cdgh[0];
}
