/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_PROCESSOR_H
#define _ASM_RUMP_PROCESSOR_H

#include <asm/ptrace.h>

#define TASK_SIZE		(~0UL)
#define TASK_UNMAPPED_BASE	0
#define STACK_TOP		TASK_SIZE
#define STACK_TOP_MAX		STACK_TOP

#ifndef __ASSEMBLY__
struct task_struct;
struct rump_lwp;

struct thread_struct {
	unsigned long sp;		/* while not running: saved stack pointer */
	struct rump_lwp *lwp;		/* host thread this task acts for, or NULL */
	int (*fn)(void *);
	void *arg;
	struct task_struct *prev;
	struct pt_regs regs;
};

#define INIT_THREAD { }

static inline void start_thread(struct pt_regs *regs, unsigned long pc,
				unsigned long sp)
{
}

static inline unsigned long __get_wchan(struct task_struct *p)
{
	return 0;
}

#define KSTK_EIP(t)	(0UL)
#define KSTK_ESP(t)	(0UL)

void rump_cpu_relax(void);
#define cpu_relax()	rump_cpu_relax()
#endif
#endif
