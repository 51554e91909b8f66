/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_IRQFLAGS_H
#define _ASM_RUMP_IRQFLAGS_H
/*
 * Interrupts are bits set by other host threads in rump_irq_pending. They are
 * taken only where the virtual CPU looks: when it enables interrupts, relaxes
 * in a busy loop, or idles. Nothing ever interrupts straight-line code, which
 * is what lets atomics and bit operations be plain memory accesses.
 */
#define ARCH_IRQ_DISABLED	0
#define ARCH_IRQ_ENABLED	1

extern unsigned int rump_irq_on;
extern unsigned int rump_irq_pending;
void rump_do_irq(void);

#define arch_local_save_flags arch_local_save_flags
static inline unsigned long arch_local_save_flags(void)
{
	return rump_irq_on;
}

#define arch_local_irq_restore arch_local_irq_restore
static inline void arch_local_irq_restore(unsigned long flags)
{
	__asm__ __volatile__("" : : : "memory");
	rump_irq_on = flags;
	if (flags && __builtin_expect(*(volatile unsigned int *)&rump_irq_pending, 0))
		rump_do_irq();
	__asm__ __volatile__("" : : : "memory");
}

#define arch_local_irq_save arch_local_irq_save
static inline unsigned long arch_local_irq_save(void)
{
	unsigned long flags = rump_irq_on;

	rump_irq_on = ARCH_IRQ_DISABLED;
	__asm__ __volatile__("" : : : "memory");
	return flags;
}

#include <asm-generic/irqflags.h>
#endif
