/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
#ifndef _UAPI_ASM_RUMP_STAT_H
#define _UAPI_ASM_RUMP_STAT_H
#include <machine/stat.h>
#endif
