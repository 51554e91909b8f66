/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_CMPXCHG_H
#define _ASM_RUMP_CMPXCHG_H
/*
 * One virtual CPU and no asynchronous interrupts (see irqflags.h): a plain
 * load and store is atomic.
 */
#define arch_xchg(ptr, x)						\
({									\
	__typeof__(ptr) __p = (ptr);					\
	__typeof__(*__p) __o = *(volatile __typeof__(*__p) *)__p;	\
	*(volatile __typeof__(*__p) *)__p = (__typeof__(*__p))(x);	\
	__o;								\
})

#define arch_cmpxchg(ptr, o, n)						\
({									\
	__typeof__(ptr) __p = (ptr);					\
	__typeof__(*__p) __want = (__typeof__(*__p))(o);		\
	__typeof__(*__p) __o = *(volatile __typeof__(*__p) *)__p;	\
	if (__o == __want)						\
		*(volatile __typeof__(*__p) *)__p = (__typeof__(*__p))(n); \
	__o;								\
})

#define arch_cmpxchg_local	arch_cmpxchg
#define arch_cmpxchg64		arch_cmpxchg
#define arch_cmpxchg64_local	arch_cmpxchg
#endif
