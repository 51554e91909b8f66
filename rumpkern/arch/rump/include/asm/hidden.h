/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Included ahead of every source file of the kernel. Everything the kernel
 * declares or defines is private to the library, so that references between
 * its objects are plain PC-relative ones (no GOT, no PLT) and nothing leaks
 * into the name space of the host process.
 */
#ifndef __ASSEMBLY__
#pragma GCC visibility push(hidden)
#endif
