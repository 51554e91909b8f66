// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupts. The host sets bits (rump_irq_post(), any thread, also from signal
 * handlers); the virtual CPU takes them where asm/irqflags.h says, and in
 * cond_resched(). Timer and
 * calls of the host are handled directly, the rest by ordinary handlers.
 */
#include <linux/irq.h>
#include <linux/interrupt.h>
#include <linux/hardirq.h>
#include <linux/sched.h>
#include <asm/irq_regs.h>
#include <asm/rump.h>

unsigned int rump_irq_on;
unsigned int rump_irq_pending ____cacheline_aligned;	/* the host's threads write it */
bool rump_in_user;

#define DIRECT	((1U << RUMP_IRQ_TIMER) | (1U << RUMP_IRQ_LWP))

void rump_irq_post(enum rump_irq irq)
{
	__atomic_fetch_or(&rump_irq_pending, 1U << irq, __ATOMIC_SEQ_CST);
}

int rump_irq_posted(void)
{
	return __atomic_load_n(&rump_irq_pending, __ATOMIC_SEQ_CST) != 0;
}

void rump_do_irq(void)
{
	struct pt_regs regs = {
		.ip = (unsigned long)__builtin_return_address(0),
		.sp = (unsigned long)__builtin_frame_address(0),
		.user = rump_in_user,
	};
	bool was_user = rump_in_user;
	struct pt_regs *old;
	unsigned int bits;

	rump_irq_on = ARCH_IRQ_DISABLED;
	rump_in_user = false;
	while ((bits = __atomic_exchange_n(&rump_irq_pending, 0, __ATOMIC_ACQUIRE))) {
		old = set_irq_regs(&regs);
		irq_enter();
		if (bits & (1U << RUMP_IRQ_TIMER))
			rump_timer_irq();
		if (bits & (1U << RUMP_IRQ_LWP)) {
			rump_lwp_irq();
			rump_job_irq();
		}
		bits &= ~DIRECT;
		while (bits) {
			generic_handle_irq(__builtin_ctz(bits));
			bits &= bits - 1;
		}
		irq_exit();		/* softirqs: they enable interrupts */
		set_irq_regs(old);
	}
	rump_in_user = was_user;
	rump_irq_on = ARCH_IRQ_ENABLED;
}

/*
 * A loop that never enables interrupts, but says that others may run (sunrpc's, until another
 * thread has noticed that a connection is gone), would not see the tick that makes
 * them. Wrapped at link time: in a kernel that is interrupted anywhere it has nothing to do here.
 */
int __real___cond_resched(void);
int __wrap___cond_resched(void);

int __wrap___cond_resched(void)
{
	if (rump_irq_on && unlikely(READ_ONCE(rump_irq_pending)))
		rump_do_irq();
	return __real___cond_resched();
}

static void ignore(struct irq_data *d)
{
}

static struct irq_chip rump_chip = {
	.name = "rump",
	.irq_mask = ignore,
	.irq_unmask = ignore,
};

void __init init_IRQ(void)
{
	int i;

	for (i = 0; i < NR_IRQS; i++)
		irq_set_chip_and_handler(i, &rump_chip, handle_simple_irq);
}
