// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one virtual CPU.
 *
 * Every task, kernel thread or proxy, runs on a kernel stack of its own, and
 * rump_switch() moves between those stacks without asking the host. The CPU as
 * a whole is carried by one host thread at a time, its carrier: rump_resume()
 * leaves the carrier's stack for the stack of the current task, rump_park()
 * goes back. Which host thread carries is the host side's business; any may.
 */
#include <linux/sched.h>
#include <linux/sched/stat.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/gfp.h>
#include <linux/cpu.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/sysctl.h>
#include <asm/switch_to.h>
#include <asm/rump.h>

struct task_struct *rump_current = &init_task;
unsigned long rump_progress;

static unsigned long carrier_sp;

/* Host side, with the CPU in hand: run it until it parks. */
int rump_resume(void)
{
	return rump_switch(&carrier_sp, rump_current->thread.sp, 0);
}

/* Could a task run now, interrupts apart? */
static bool task_waits(void)
{
	if (need_resched())
		return true;
	return !is_idle_task(rump_current) && nr_running() > 1;
}

void rump_park(enum rump_park why)
{
	rump_progress++;
	rump_switch(&rump_current->thread.sp, carrier_sp,
		    why | (task_waits() ? RUMP_PARK_MORE : 0));
}

struct task_struct *__switch_to(struct task_struct *prev, struct task_struct *next)
{
	rump_current = next;
	next->thread.prev = prev;
	rump_switch(&prev->thread.sp, next->thread.sp, 0);
	return rump_current->thread.prev;
}

static void thread_start(void *arg)
{
	struct task_struct *me = current;

	schedule_tail(me->thread.prev);
	me->thread.fn(me->thread.arg);
	/* Only init gets here: it "executed" user space. See init.c. */
	rump_server();
}

int copy_thread(struct task_struct *p, const struct kernel_clone_args *args)
{
	if (!args->fn)
		return -ENOSYS;		/* fork() of a host thread: no */
	memset(&p->thread, 0, sizeof(p->thread));
	p->thread.fn = args->fn;
	p->thread.arg = args->fn_arg;
	p->thread.sp = machine_stack_prepare(task_stack_page(p), THREAD_SIZE,
					     thread_start, NULL);
	return 0;
}

/*
 * Stacks come from our own memory, because fork() accounts a stack by its
 * struct page, and are not zeroed, so that pages never reached are never
 * touched. The second lowest page is the guard: fork() writes its magic to the
 * lowest. Memory may be in pieces that are too small for a stack, though there is enough of it; what
 * it grows by is whole.
 */
unsigned long *arch_alloc_thread_stack_node(struct task_struct *tsk, int node)
{
	void *stack = (void *)__get_free_pages(GFP_KERNEL | __GFP_NOWARN, THREAD_SIZE_ORDER);

	if (!stack && rump_mem_grow())
		stack = (void *)__get_free_pages(GFP_KERNEL, THREAD_SIZE_ORDER);
	if (stack)
		rumpuser_mem_guard(stack + PAGE_SIZE, PAGE_SIZE, 1);
	return stack;
}

void arch_free_thread_stack(struct task_struct *tsk)
{
	rumpuser_mem_guard(tsk->stack + PAGE_SIZE, PAGE_SIZE, 0);
	free_pages((unsigned long)tsk->stack, THREAD_SIZE_ORDER);
}

/*
 * Without /proc/sys nothing reads the numbers for the functions behind it, one of which
 * is the only way to the limit of threads. Nobody else calls it then.
 */
int __wrap_proc_dointvec_minmax(struct ctl_table *table, int write, void *buffer, size_t *len,
				loff_t *pos);
int __wrap_proc_dointvec_minmax(struct ctl_table *table, int write, void *buffer, size_t *len,
				loff_t *pos)
{
	return kstrtoint(buffer, 10, table->data);
}

/*
 * The kernel lets stacks have an eighth of its memory, which is 128 threads of
 * 64 MiB. Half of it, for each request in hand and each thread of the host has one.
 */
static int __init max_threads_init(void)
{
	struct ctl_table table = { .procname = "threads-max", .maxlen = sizeof(int), .mode = 0644 };
	char value[16];
	size_t len = snprintf(value, sizeof(value), "%lu",
			      (totalram_pages() << PAGE_SHIFT) / 2 / THREAD_SIZE);
	loff_t pos = 0;

	return sysctl_max_threads(&table, 1, value, &len, &pos);
}
late_initcall(max_threads_init);

void arch_cpu_idle(void)
{
	if (!rump_irq_posted())
		rump_park(RUMP_PARK_IDLE);
	raw_local_irq_enable();
}

/* A busy loop may be waiting for an interrupt. */
void rump_cpu_relax(void)
{
	barrier();
	if (!raw_irqs_disabled())
		raw_local_irq_enable();
}

void flush_thread(void)
{
}
