// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults. The host's signal handler calls rump_fixup() and, when the fault is
 * not one the kernel allows for, rump_fault(): an oops, which is a panic here.
 * Back traces follow frame pointers.
 */
#include <linux/extable.h>
#include <linux/kallsyms.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/task_stack.h>
#include <linux/stacktrace.h>
#include <linux/uaccess.h>
#include <asm/rump.h>

static bool on_stack(struct task_struct *t, unsigned long a)
{
	unsigned long base = (unsigned long)task_stack_page(t);

	return a >= base && a + 16 <= base + THREAD_SIZE && !(a & 7);
}

static void walk(struct task_struct *t, unsigned long fp, const char *lvl)
{
	int n = 0;

	while (on_stack(t, fp) && n++ < 32) {
		unsigned long *frame = (unsigned long *)fp;

		if (!frame[1])
			break;
		printk("%s %pS\n", lvl, (void *)frame[1]);
		if (frame[0] <= fp)
			break;
		fp = frame[0];
	}
}

void show_stack(struct task_struct *t, unsigned long *sp, const char *lvl)
{
	unsigned long fp;

	if (!t || t == current) {
		t = current;
		fp = (unsigned long)__builtin_frame_address(0);
	} else {
		fp = machine_saved_fp(t->thread.sp);
	}
	printk("%sCall trace:\n", lvl);
	walk(t, fp, lvl);
}

void show_regs(struct pt_regs *r)
{
	printk("pc %pS sp %lx\n", (void *)r->ip, r->sp);
}

unsigned long rump_fixup(unsigned long pc)
{
	const struct exception_table_entry *e = search_exception_tables(pc);

	return e ? e->fixup : 0;
}

/* The guard page of the stack: see arch_alloc_thread_stack_node(). */
static bool stack_overflow(unsigned long addr)
{
	unsigned long base = (unsigned long)task_stack_page(current);

	return addr >= base && addr < base + 2 * PAGE_SIZE;
}

static void die(const struct rump_fault *f, const char *what)
{
	rump_irq_on = ARCH_IRQ_DISABLED;
	console_verbose();
	bust_spinlocks(1);
	pr_emerg("Oops: %s at address %px\n", what, (void *)f->addr);
	pr_emerg("pc: %pS task: %s/%d\n", (void *)f->pc, current->comm, task_pid_nr(current));
	pr_emerg("Call trace:\n");
	walk(current, f->fp, KERN_EMERG);
}

void rump_fault(const struct rump_fault *f)
{
	char what[32];

	if (stack_overflow(f->addr)) {
		die(f, "kernel stack overflow");
		panic("Kernel stack overflow");
	}
	snprintf(what, sizeof(what), "signal %d", f->sig);
	die(f, what);
	panic("Fatal exception");
}

void rump_stuck(const struct rump_fault *f)
{
	die(f, "no progress, the kernel spins");
	panic("Watchdog: kernel stuck");
}

/* ptrace(2) of rump tasks makes no sense, but its code is always there. */
void user_disable_single_step(struct task_struct *t)
{
}

void user_enable_single_step(struct task_struct *t)
{
}

void ptrace_disable(struct task_struct *t)
{
}

long arch_ptrace(struct task_struct *t, long request, unsigned long addr, unsigned long data)
{
	return -EIO;
}
