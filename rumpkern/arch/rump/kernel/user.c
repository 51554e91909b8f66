// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks that act for the host: what proxies of threads (lwp.c) and fibers
 * (job.c) have in common, and the server that makes them. The server is init:
 * it has no user space to run, so it waits for requests of new tasks.
 *
 * Such tasks are not kernel threads (PF_KTHREAD is off), because a number of
 * things, the final fput() among them, are synchronous only for user tasks.
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/resume_user_mode.h>
#include <asm/rump.h>

static struct task_struct *server;

void rump_user_return(void)
{
	/* Deferred fput() and mntput() run "on the way to user mode". */
	while (test_thread_flag(TIF_NOTIFY_RESUME) || task_work_pending(current))
		resume_user_mode_work(&current->thread.regs);
	if (signal_pending(current))
		flush_signals(current);
	rump_progress++;
}

/*
 * As if killed, so that killable waits end too. The task never goes to user
 * mode, where it would die of it; rump_user_return() takes the signal back.
 */
void rump_user_interrupt(struct task_struct *t)
{
	unsigned long flags;

	if (!lock_task_sighand(t, &flags))
		return;
	sigaddset(&t->pending.signal, SIGKILL);
	signal_wake_up(t, 1);
	unlock_task_sighand(t, &flags);
}

void rump_server_wake(void)
{
	if (server)
		wake_up_process(server);
}

void rump_server(void)
{
	kernel_sigaction(SIGCHLD, SIG_IGN);	/* children reap themselves */
	server = current;
	rump_park(RUMP_PARK_BOOTED);
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (rump_lwp_create_one() || rump_job_create_one()) {
			__set_current_state(TASK_RUNNING);
			continue;
		}
		schedule();
		flush_signals(current);
	}
}
