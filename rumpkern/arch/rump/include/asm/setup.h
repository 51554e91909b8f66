/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_SETUP_H
#define _ASM_RUMP_SETUP_H
#define COMMAND_LINE_SIZE 1024
#endif
