// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of the system calls in a rump kernel: asm-generic's, whatever the host has.
 */
#define __ARCH_WANT_NEW_STAT
#include <asm-generic/unistd.h>
#include "calls.h"

#ifndef __NR_fstatat
#define __NR_fstatat __NR_newfstatat
#endif

#define CALL(name, what) [T_##name] = __NR_##name,

const long rump_nr[T_CALLS] = {
#include "syscalls.h"
};
