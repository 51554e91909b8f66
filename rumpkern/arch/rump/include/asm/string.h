/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_STRING_H
#define _ASM_RUMP_STRING_H
/* The host libc has the fast ones; leave these undefined for it to supply. */
#include <linux/types.h>
#define __rump_libc __attribute__((visibility("default")))
#define __HAVE_ARCH_MEMCPY
__rump_libc void *memcpy(void *, const void *, size_t);
#define __HAVE_ARCH_MEMMOVE
__rump_libc void *memmove(void *, const void *, size_t);
#define __HAVE_ARCH_MEMSET
__rump_libc void *memset(void *, int, size_t);
#define __HAVE_ARCH_MEMCMP
__rump_libc int memcmp(const void *, const void *, size_t);
#define __HAVE_ARCH_MEMCHR
__rump_libc void *memchr(const void *, int, size_t);
#define __HAVE_ARCH_STRLEN
__rump_libc size_t strlen(const char *);
#define __HAVE_ARCH_STRCMP
__rump_libc int strcmp(const char *, const char *);
#endif
