/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_ATOMIC_H
#define _ASM_RUMP_ATOMIC_H
/* Plain arithmetic: see cmpxchg.h for why that is enough. */
#include <linux/types.h>
#include <asm/cmpxchg.h>
#include <asm/barrier.h>

#define RUMP_ATOMIC_OP(pfx, type, vt, op, c_op)				\
static __always_inline void arch_##pfx##_##op(type i, vt *v)		\
{									\
	*(volatile type *)&v->counter = v->counter c_op i;		\
}
#define RUMP_ATOMIC_FETCH(pfx, type, vt, op, c_op)			\
static __always_inline type arch_##pfx##_fetch_##op(type i, vt *v)	\
{									\
	type o = *(volatile type *)&v->counter;				\
									\
	*(volatile type *)&v->counter = o c_op i;			\
	return o;							\
}
#define RUMP_ATOMIC_RETURN(pfx, type, vt, op, c_op)			\
static __always_inline type arch_##pfx##_##op##_return(type i, vt *v)	\
{									\
	type n = *(volatile type *)&v->counter c_op i;			\
									\
	*(volatile type *)&v->counter = n;				\
	return n;							\
}
#define RUMP_ATOMIC(pfx, type, vt)					\
	RUMP_ATOMIC_OP(pfx, type, vt, add, +)				\
	RUMP_ATOMIC_OP(pfx, type, vt, sub, -)				\
	RUMP_ATOMIC_OP(pfx, type, vt, and, &)				\
	RUMP_ATOMIC_OP(pfx, type, vt, or, |)				\
	RUMP_ATOMIC_OP(pfx, type, vt, xor, ^)				\
	RUMP_ATOMIC_FETCH(pfx, type, vt, add, +)			\
	RUMP_ATOMIC_FETCH(pfx, type, vt, sub, -)			\
	RUMP_ATOMIC_FETCH(pfx, type, vt, and, &)			\
	RUMP_ATOMIC_FETCH(pfx, type, vt, or, |)				\
	RUMP_ATOMIC_FETCH(pfx, type, vt, xor, ^)			\
	RUMP_ATOMIC_RETURN(pfx, type, vt, add, +)			\
	RUMP_ATOMIC_RETURN(pfx, type, vt, sub, -)

RUMP_ATOMIC(atomic, int, atomic_t)
RUMP_ATOMIC(atomic64, s64, atomic64_t)

#define ATOMIC64_INIT(i)	{ (i) }

#define arch_atomic_read(v)		READ_ONCE((v)->counter)
#define arch_atomic_set(v, i)		WRITE_ONCE((v)->counter, (i))
#define arch_atomic_xchg(v, n)		arch_xchg(&(v)->counter, (n))
#define arch_atomic_cmpxchg(v, o, n)	arch_cmpxchg(&(v)->counter, (o), (n))
#define arch_atomic_add_return		arch_atomic_add_return
#define arch_atomic_sub_return		arch_atomic_sub_return
#define arch_atomic_fetch_add		arch_atomic_fetch_add
#define arch_atomic_fetch_sub		arch_atomic_fetch_sub
#define arch_atomic_fetch_and		arch_atomic_fetch_and
#define arch_atomic_fetch_or		arch_atomic_fetch_or
#define arch_atomic_fetch_xor		arch_atomic_fetch_xor

#define arch_atomic64_read(v)		READ_ONCE((v)->counter)
#define arch_atomic64_set(v, i)		WRITE_ONCE((v)->counter, (i))
#define arch_atomic64_xchg(v, n)	arch_xchg(&(v)->counter, (n))
#define arch_atomic64_cmpxchg(v, o, n)	arch_cmpxchg(&(v)->counter, (o), (n))
#define arch_atomic64_add_return	arch_atomic64_add_return
#define arch_atomic64_sub_return	arch_atomic64_sub_return
#define arch_atomic64_fetch_add		arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub		arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and		arch_atomic64_fetch_and
#define arch_atomic64_fetch_or		arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor		arch_atomic64_fetch_xor
#endif
