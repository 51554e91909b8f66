/* SPDX-License-Identifier: GPL-2.0-only */
/* Generic C, of which the compiler makes vector code, without measuring at each boot. */
#ifndef _ASM_RUMP_XOR_H
#define _ASM_RUMP_XOR_H

#include <asm-generic/xor.h>

#define XOR_SELECT_TEMPLATE(fastest)	(&xor_block_8regs)

#endif
