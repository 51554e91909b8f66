/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RUMP_MACHINE_GHASH_H
#define _RUMP_MACHINE_GHASH_H

#include <linux/types.h>

/* Has this processor what the other function needs? */
bool machine_has_ghash(void);

/* GHASH of NIST SP 800-38D: take @n blocks of 16 bytes at @data into @sum, with the hash key @h. */
void machine_ghash_blocks(u8 *sum, const u8 *h, const u8 *data, unsigned int n);

#endif
