/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_PTRACE_H
#define _ASM_RUMP_PTRACE_H
#include <uapi/asm/ptrace.h>
#ifndef __ASSEMBLY__
struct pt_regs {
	unsigned long ip;
	unsigned long sp;
	unsigned long user;	/* interrupt came while no task was in the kernel */
};
#define user_mode(r)		((r)->user != 0)
#define instruction_pointer(r)	((r)->ip)
#define profile_pc(r)		((r)->ip)
#define user_stack_pointer(r)	((r)->sp)
#define kernel_stack_pointer(r)	((r)->sp)
#define current_user_stack_pointer() 0UL
#define task_pt_regs(t)		(&(t)->thread.regs)
#define arch_has_single_step()	(0)
static inline long regs_return_value(struct pt_regs *regs)
{
	return 0;
}
static inline void instruction_pointer_set(struct pt_regs *regs, unsigned long v)
{
	regs->ip = v;
}
#endif
#endif
