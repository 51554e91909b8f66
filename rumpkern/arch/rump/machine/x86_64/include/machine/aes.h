/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RUMP_MACHINE_AES_H
#define _RUMP_MACHINE_AES_H

#include <linux/types.h>

/* Has this processor what the others need? */
bool machine_has_aes(void);

/* One block of 16 bytes. @keys: @rounds + 1 round keys of aes_expandkey(), for that direction. */
void machine_aes_encrypt(const u32 *keys, int rounds, u8 *out, const u8 *in);
void machine_aes_decrypt(const u32 *keys, int rounds, u8 *out, const u8 *in);

/*
 * @n bytes in counter mode; @out may be @in. @counter, 16 bytes that are a number in
 * network order, goes up by one for each block, also for a last one that is only a part.
 */
void machine_aes_ctr(const u32 *keys, int rounds, u8 *counter, u8 *out, const u8 *in, unsigned int n);

#endif
