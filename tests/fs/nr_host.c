// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers of the system calls on the host.
 */
#include <sys/syscall.h>
#include "calls.h"

#ifndef __NR_fstatat
#define __NR_fstatat __NR_newfstatat
#endif
#define CALL(name, what) [T_##name] = __NR_##name,

const long host_nr[T_CALLS] = {
#include "syscalls.h"
};
