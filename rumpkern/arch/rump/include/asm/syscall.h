/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_SYSCALL_H
#define _ASM_RUMP_SYSCALL_H
#include <uapi/linux/audit.h>
#include <linux/sched.h>
#include <linux/err.h>
#include <machine/elf.h>

typedef long (*rump_syscall_t)(long, long, long, long, long, long);
extern const rump_syscall_t sys_call_table[];

static inline int syscall_get_nr(struct task_struct *t, struct pt_regs *r)
{
	return -1;
}
static inline void syscall_rollback(struct task_struct *t, struct pt_regs *r)
{
}
static inline long syscall_get_error(struct task_struct *t, struct pt_regs *r)
{
	return 0;
}
static inline long syscall_get_return_value(struct task_struct *t,
					    struct pt_regs *r)
{
	return 0;
}
static inline void syscall_set_return_value(struct task_struct *t,
					    struct pt_regs *r, int e, long v)
{
}
static inline void syscall_get_arguments(struct task_struct *t,
					 struct pt_regs *r, unsigned long *a)
{
	memset(a, 0, 6 * sizeof(*a));
}
static inline int syscall_get_arch(struct task_struct *t)
{
	return MACHINE_AUDIT_ARCH;
}
#endif
