/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _RUMP_MACHINE_SHA256_H
#define _RUMP_MACHINE_SHA256_H

#include <linux/types.h>

/* Has this processor what the other function needs? */
bool machine_has_sha256(void);

/* Take @n blocks of 64 bytes at @data into @state, eight words of FIPS 180-4. */
void machine_sha256_blocks(u32 *state, const u8 *data, int n);

#endif
