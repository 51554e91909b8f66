/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The system calls as an enumeration, and their numbers on either side.
 */
#ifndef FS_CALLS_H
#define FS_CALLS_H

#define CALL(name, what) T_##name,
enum t_call {
#include "syscalls.h"
	T_CALLS
};
#undef CALL

extern const long host_nr[T_CALLS], rump_nr[T_CALLS];

#endif
