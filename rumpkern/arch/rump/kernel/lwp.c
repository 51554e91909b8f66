// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host threads in the kernel. Each has a proxy task that executes its system
 * calls on a kernel stack; the server makes it on the first call.
 *
 * After a call the proxy stays the running task and parks the CPU, as a real
 * CPU would be in user mode: the next call of the same host thread needs no
 * scheduling. When something else wants the CPU meanwhile, the proxy goes to
 * sleep, and its next call wakes it.
 *
 * A struct rump_lwp is the host's; the kernel keeps a pointer to it while it is
 * queued and while it has a proxy.
 */
#include <linux/fdtable.h>
#include <linux/fs_struct.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/task_work.h>
#include <asm/syscall.h>
#include <uapi/asm/unistd.h>
#include <asm/rump.h>

static struct rump_lwp *wake_list;	/* pushed by the host: atomic */
static struct rump_lwp *create_list;

static long lwp_call(struct rump_lwp *l)
{
	unsigned long nr = l->nr;

	if (l->nr == RUMP_CALL_FN)
		return ((long (*)(void *))l->args[0])((void *)l->args[1]);
	if (nr >= __NR_syscalls)
		return -ENOSYS;
	return sys_call_table[nr](l->args[0], l->args[1], l->args[2],
				  l->args[3], l->args[4], l->args[5]);
}

static int lwp_state(const struct rump_lwp *l)
{
	return __atomic_load_n(&l->state, __ATOMIC_ACQUIRE);
}

/*
 * @l is about to go. The request that says so may not be on the list yet, or
 * an older one still be: take it off, and take its right to be there.
 */
static void lwp_withdraw(struct rump_lwp *l)
{
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		local_irq_disable();
		rump_lwp_irq();
		local_irq_enable();
		if (!__atomic_exchange_n(&l->queued, 1, __ATOMIC_ACQ_REL))
			break;
		schedule();		/* its thread is just putting it there, and will interrupt */
	}
	__set_current_state(TASK_RUNNING);
}

static int lwp_main(void *arg)
{
	struct rump_lwp *l = arg;

	current->thread.lwp = l;
	l->task = current;
	for (;;) {
		int state = lwp_state(l);

		if (state == RUMP_LWP_REQUEST) {
			l->ret = lwp_call(l);
			rump_user_return();
			rumpuser_lwp_done(l);
			rump_in_user = true;
			rump_park(RUMP_PARK_USER);
			/* Interrupts are on: look for any that came. */
			raw_local_irq_enable();
			rump_in_user = false;
			continue;
		}
		if (state == RUMP_LWP_EXIT)
			break;
		set_current_state(TASK_INTERRUPTIBLE);
		state = lwp_state(l);
		if (state != RUMP_LWP_REQUEST && state != RUMP_LWP_EXIT)
			schedule();
		__set_current_state(TASK_RUNNING);
		if (signal_pending(current))
			flush_signals(current);
	}
	/* What nobody but this thread had open is closed when its thread goes on, and keeps no mount busy. */
	exit_files(current);
	exit_fs(current);
	task_work_run();
	current->thread.lwp = NULL;
	lwp_withdraw(l);
	l->task = NULL;
	rumpuser_lwp_done(l);
	do_exit(0);
}

struct rump_lwp *rump_current_lwp(void)
{
	return rump_current->thread.lwp;
}

void rump_lwp_queue(struct rump_lwp *l)
{
	/*
	 * The proxy may see a request before the interrupt that announces it,
	 * finish it, and the host thread be back with the next while still on
	 * the list. Once is enough.
	 */
	if (!__atomic_exchange_n(&l->queued, 1, __ATOMIC_ACQ_REL)) {
		l->next = __atomic_load_n(&wake_list, __ATOMIC_RELAXED);
		while (!__atomic_compare_exchange_n(&wake_list, &l->next, l, true,
						    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			;
	}
	rump_irq_post(RUMP_IRQ_LWP);
}

void rump_lwp_irq(void)
{
	struct rump_lwp *l, *next;

	l = __atomic_exchange_n(&wake_list, NULL, __ATOMIC_ACQUIRE);
	for (; l; l = next) {
		next = l->next;
		__atomic_store_n(&l->queued, 0, __ATOMIC_RELEASE);
		if (l->task) {
			wake_up_process(l->task);
		} else if (lwp_state(l) == RUMP_LWP_REQUEST) {
			l->next = create_list;
			create_list = l;
			rump_server_wake();
		}
	}
}

bool rump_lwp_create_one(void)
{
	struct rump_lwp *l;
	unsigned long flags;
	pid_t pid;

	local_irq_save(flags);
	l = create_list;
	if (l)
		create_list = l->next;
	local_irq_restore(flags);
	if (!l)
		return false;
	__set_current_state(TASK_RUNNING);
	/* Only a child that announces its end by this signal reaps itself: see rump_server(). */
	pid = user_mode_thread(lwp_main, l, CLONE_FS | CLONE_FILES | SIGCHLD);
	if (pid < 0) {
		l->ret = pid;
		rumpuser_lwp_done(l);
	}
	return true;
}
