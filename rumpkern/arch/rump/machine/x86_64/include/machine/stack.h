/* SPDX-License-Identifier: GPL-2.0-only */
/* The stack frame that rump_switch() leaves behind and a new task starts with. */
#ifndef _RUMP_MACHINE_STACK_H
#define _RUMP_MACHINE_STACK_H

int rump_switch(unsigned long *save_sp, unsigned long load_sp, int pass);
void rump_stack_start(void);

/* Make rump_switch() to the result call fn(arg) on this stack. */
static inline unsigned long machine_stack_prepare(void *stack, unsigned long size,
						  void (*fn)(void *), void *arg)
{
	unsigned long *sp = stack + size;

	/* The ABI wants rsp 16-aligned at a call. */
	*--sp = 0;
	*--sp = 0;
	*--sp = (unsigned long)rump_stack_start;
	*--sp = 0;			/* rbp */
	*--sp = (unsigned long)fn;	/* rbx */
	*--sp = (unsigned long)arg;	/* r12 */
	*--sp = 0;			/* r13 */
	*--sp = 0;			/* r14 */
	*--sp = 0;			/* r15 */
	return (unsigned long)sp;
}

/* Frame pointer of a task that is switched out with stack pointer @sp. */
static inline unsigned long machine_saved_fp(unsigned long sp)
{
	return ((unsigned long *)sp)[5];
}

#endif
