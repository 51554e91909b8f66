// SPDX-License-Identifier: GPL-2.0-only
/*
 * AES by the processor's instructions, where it has them (machine/aes.h), for the kernel's
 * crypto API: blocks, which CMAC and CCM are made of, and counter mode, the greater part of
 * GCM. What SMB signs and seals with.
 */
#include <crypto/aes.h>
#include <crypto/internal/skcipher.h>
#include <linux/init.h>
#include <linux/module.h>
#include <machine/aes.h>

/* Rounds are 6 more than the words of the key. */
static int rounds(const struct crypto_aes_ctx *ctx)
{
	return 6 + ctx->key_length / 4;
}

static int set_key(struct crypto_tfm *tfm, const u8 *key, unsigned int len)
{
	return aes_expandkey(crypto_tfm_ctx(tfm), key, len);
}

static void encrypt(struct crypto_tfm *tfm, u8 *dst, const u8 *src)
{
	const struct crypto_aes_ctx *ctx = crypto_tfm_ctx(tfm);

	machine_aes_encrypt(ctx->key_enc, rounds(ctx), dst, src);
}

static void decrypt(struct crypto_tfm *tfm, u8 *dst, const u8 *src)
{
	const struct crypto_aes_ctx *ctx = crypto_tfm_ctx(tfm);

	machine_aes_decrypt(ctx->key_dec, rounds(ctx), dst, src);
}

static int ctr_set_key(struct crypto_skcipher *tfm, const u8 *key, unsigned int len)
{
	return aes_expandkey(crypto_skcipher_ctx(tfm), key, len);
}

static int ctr_crypt(struct skcipher_request *req)
{
	const struct crypto_aes_ctx *ctx = crypto_skcipher_ctx(crypto_skcipher_reqtfm(req));
	struct skcipher_walk walk;
	unsigned int n;
	int err;

	err = skcipher_walk_virt(&walk, req, false);
	while (walk.nbytes) {
		n = walk.nbytes;
		if (n < walk.total)	/* only the last block of all may be a part */
			n = round_down(n, AES_BLOCK_SIZE);
		machine_aes_ctr(ctx->key_enc, rounds(ctx), walk.iv, walk.dst.virt.addr,
				walk.src.virt.addr, n);
		err = skcipher_walk_done(&walk, walk.nbytes - n);
	}
	return err;
}

static struct crypto_alg aes = {
	.cra_name	 = "aes",
	.cra_driver_name = "aes-rump",
	.cra_priority	 = 300,
	.cra_flags	 = CRYPTO_ALG_TYPE_CIPHER,
	.cra_blocksize	 = AES_BLOCK_SIZE,
	.cra_ctxsize	 = sizeof(struct crypto_aes_ctx),
	.cra_module	 = THIS_MODULE,
	.cra_u.cipher	 = {
		.cia_min_keysize = AES_MIN_KEY_SIZE,
		.cia_max_keysize = AES_MAX_KEY_SIZE,
		.cia_setkey	 = set_key,
		.cia_encrypt	 = encrypt,
		.cia_decrypt	 = decrypt,
	},
};

static struct skcipher_alg ctr = {
	.base.cra_name		= "ctr(aes)",
	.base.cra_driver_name	= "ctr-aes-rump",
	.base.cra_priority	= 300,
	.base.cra_blocksize	= 1,
	.base.cra_ctxsize	= sizeof(struct crypto_aes_ctx),
	.base.cra_module	= THIS_MODULE,
	.min_keysize		= AES_MIN_KEY_SIZE,
	.max_keysize		= AES_MAX_KEY_SIZE,
	.ivsize			= AES_BLOCK_SIZE,
	.chunksize		= AES_BLOCK_SIZE,
	.setkey			= ctr_set_key,
	.encrypt		= ctr_crypt,
	.decrypt		= ctr_crypt,
};

static int __init aes_rump_init(void)
{
	int err;

	if (!machine_has_aes())
		return 0;
	err = crypto_register_alg(&aes);
	return err ?: crypto_register_skcipher(&ctr);
}
subsys_initcall(aes_rump_init);
