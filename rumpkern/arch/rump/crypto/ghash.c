// SPDX-License-Identifier: GPL-2.0-only
/*
 * GHASH, the other part of GCM, by the processor's multiplication without carries, where it
 * has one (machine/ghash.h), for the kernel's crypto API.
 */
#include <crypto/ghash.h>
#include <crypto/internal/hash.h>
#include <linux/init.h>
#include <linux/module.h>
#include <machine/ghash.h>

struct key {
	u8 h[GHASH_BLOCK_SIZE];
};

struct state {
	u8 sum[GHASH_BLOCK_SIZE];
	u8 rest[GHASH_BLOCK_SIZE];	/* that fill no block yet */
	unsigned int nr_rest;
};

static int set_key(struct crypto_shash *tfm, const u8 *key, unsigned int len)
{
	if (len != GHASH_BLOCK_SIZE)
		return -EINVAL;
	memcpy(crypto_shash_ctx(tfm), key, len);
	return 0;
}

static int init(struct shash_desc *desc)
{
	memset(shash_desc_ctx(desc), 0, sizeof(struct state));
	return 0;
}

static int update(struct shash_desc *desc, const u8 *data, unsigned int len)
{
	const struct key *key = crypto_shash_ctx(desc->tfm);
	struct state *s = shash_desc_ctx(desc);
	unsigned int n;

	if (s->nr_rest) {
		n = min_t(unsigned int, len, GHASH_BLOCK_SIZE - s->nr_rest);
		memcpy(s->rest + s->nr_rest, data, n);
		s->nr_rest += n;
		data += n;
		len -= n;
		if (s->nr_rest < GHASH_BLOCK_SIZE)
			return 0;
		machine_ghash_blocks(s->sum, key->h, s->rest, 1);
	}
	n = len / GHASH_BLOCK_SIZE;
	machine_ghash_blocks(s->sum, key->h, data, n);
	s->nr_rest = len - n * GHASH_BLOCK_SIZE;
	memcpy(s->rest, data + n * GHASH_BLOCK_SIZE, s->nr_rest);
	return 0;
}

static int final(struct shash_desc *desc, u8 *out)
{
	const struct key *key = crypto_shash_ctx(desc->tfm);
	struct state *s = shash_desc_ctx(desc);

	if (s->nr_rest) {
		memset(s->rest + s->nr_rest, 0, GHASH_BLOCK_SIZE - s->nr_rest);
		machine_ghash_blocks(s->sum, key->h, s->rest, 1);
	}
	memcpy(out, s->sum, GHASH_BLOCK_SIZE);
	return 0;
}

static struct shash_alg alg = {
	.digestsize	= GHASH_DIGEST_SIZE,
	.init		= init,
	.update		= update,
	.final		= final,
	.setkey		= set_key,
	.descsize	= sizeof(struct state),
	.base		= {
		.cra_name	 = "ghash",
		.cra_driver_name = "ghash-rump",
		.cra_priority	 = 300,
		.cra_blocksize	 = GHASH_BLOCK_SIZE,
		.cra_ctxsize	 = sizeof(struct key),
		.cra_module	 = THIS_MODULE,
	},
};

static int __init ghash_rump_init(void)
{
	return machine_has_ghash() ? crypto_register_shash(&alg) : 0;
}
subsys_initcall(ghash_rump_init);
