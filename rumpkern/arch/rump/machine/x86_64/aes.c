// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES (FIPS 197) by the AES instructions, each of which does a round. They take some cycles
 * and a new one can begin in every cycle, so counter mode has eight blocks under way.
 */
#include <asm/unaligned.h>
#include <linux/math.h>
#include <linux/string.h>
#include <machine/aes.h>
#include <machine/cpuid.h>

#define BLOCK	16
#define WAY	8

typedef long long v2 __attribute__((vector_size(16)));
typedef v2 unaligned_v2 __attribute__((aligned(1)));

bool machine_has_aes(void)
{
	return cpuid_has(1, 0, CPUID_ECX, CPUID_1_ECX_AES);
}

static v2 load(const void *p)
{
	return *(const unaligned_v2 *)p;
}

static void store(void *p, v2 v)
{
	*(unaligned_v2 *)p = v;
}

__attribute__((target("aes")))
void machine_aes_encrypt(const u32 *keys, int rounds, u8 *out, const u8 *in)
{
	v2 b = load(in) ^ load(keys);
	int i;

	for (i = 1; i < rounds; i++)
		b = __builtin_ia32_aesenc128(b, load(keys + 4 * i));
	store(out, __builtin_ia32_aesenclast128(b, load(keys + 4 * rounds)));
}

__attribute__((target("aes")))
void machine_aes_decrypt(const u32 *keys, int rounds, u8 *out, const u8 *in)
{
	v2 b = load(in) ^ load(keys);
	int i;

	for (i = 1; i < rounds; i++)
		b = __builtin_ia32_aesdec128(b, load(keys + 4 * i));
	store(out, __builtin_ia32_aesdeclast128(b, load(keys + 4 * rounds)));
}

/* The next WAY values of the counter, encrypted. */
__attribute__((target("aes")))
static void stream(const u32 *keys, int rounds, u64 *high, u64 *low, v2 *b)
{
	v2 key = load(keys);
	int i, j;

	for (j = 0; j < WAY; j++) {
		b[j] = (v2){ swab64(*high), swab64(*low) } ^ key;
		*high += !++*low;
	}
	for (i = 1; i < rounds; i++) {
		key = load(keys + 4 * i);
		for (j = 0; j < WAY; j++)
			b[j] = __builtin_ia32_aesenc128(b[j], key);
	}
	key = load(keys + 4 * rounds);
	for (j = 0; j < WAY; j++)
		b[j] = __builtin_ia32_aesenclast128(b[j], key);
}

void machine_aes_ctr(const u32 *keys, int rounds, u8 *counter, u8 *out, const u8 *in, unsigned int n)
{
	u64 high = get_unaligned_be64(counter), low = get_unaligned_be64(counter + 8), start;
	unsigned int i, blocks = DIV_ROUND_UP(n, BLOCK);
	v2 b[WAY];

	start = low;
	for (; n >= WAY * BLOCK; n -= WAY * BLOCK, in += WAY * BLOCK, out += WAY * BLOCK) {
		stream(keys, rounds, &high, &low, b);
		for (i = 0; i < WAY; i++)
			store(out + i * BLOCK, load(in + i * BLOCK) ^ b[i]);
	}
	if (n) {
		stream(keys, rounds, &high, &low, b);
		for (i = 0; i < n; i++)
			out[i] = in[i] ^ ((const u8 *)b)[i];
		memzero_explicit(b, sizeof(b));
	}
	/* By what was used, which may be fewer than were made. */
	low = start + blocks;
	high = get_unaligned_be64(counter) + (low < start);
	put_unaligned_be64(high, counter);
	put_unaligned_be64(low, counter + 8);
}
