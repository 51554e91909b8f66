// SPDX-License-Identifier: GPL-2.0-only
/* Libraries that are no rump kernel that librump could boot: see boot_errors() in test_hypercall.c. */
#include <rump/rump.h>

#ifdef WRONG_ABI
const struct rump_kernel rump_kernel = { .abi = 999, .size = sizeof(struct rump_kernel) };
#else
const int something_else = 1;
#endif
