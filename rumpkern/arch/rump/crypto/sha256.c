// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256 by the processor's instructions, where it has them (machine/sha256.h), for the
 * kernel's crypto API: preferred to sha256-generic, which does a fifth of the bytes.
 * Btrfs has such checksums of data.
 */
#include <crypto/internal/hash.h>
#include <crypto/sha256_base.h>
#include <linux/init.h>
#include <linux/module.h>
#include <machine/sha256.h>

static void blocks(struct sha256_state *state, const u8 *data, int n)
{
	machine_sha256_blocks(state->state, data, n);
}

static int update(struct shash_desc *desc, const u8 *data, unsigned int len)
{
	return sha256_base_do_update(desc, data, len, blocks);
}

static int finup(struct shash_desc *desc, const u8 *data, unsigned int len, u8 *out)
{
	if (len)
		sha256_base_do_update(desc, data, len, blocks);
	sha256_base_do_finalize(desc, blocks);
	return sha256_base_finish(desc, out);
}

static int final(struct shash_desc *desc, u8 *out)
{
	return finup(desc, NULL, 0, out);
}

static struct shash_alg alg = {
	.digestsize	= SHA256_DIGEST_SIZE,
	.init		= sha256_base_init,
	.update		= update,
	.final		= final,
	.finup		= finup,
	.descsize	= sizeof(struct sha256_state),
	.base		= {
		.cra_name	 = "sha256",
		.cra_driver_name = "sha256-rump",
		.cra_priority	 = 200,
		.cra_blocksize	 = SHA256_BLOCK_SIZE,
		.cra_module	 = THIS_MODULE,
	},
};

static int __init sha256_rump_init(void)
{
	return machine_has_sha256() ? crypto_register_shash(&alg) : 0;
}
subsys_initcall(sha256_rump_init);
