// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibers: a pool of tasks that run the jobs of a dispatcher. Jobs wait in the
 * order of their submission; the fiber that became idle last gets the next one,
 * for its stack is warm. When none is idle and there may be more, the server
 * makes one. Fibers stay: an idle one costs two pages.
 *
 * A job belongs to the kernel from rump_job_submit() until its function is called.
 */
#include <linux/fs_struct.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <asm/rump.h>

struct fiber {
	struct list_head idle;		/* on idle_fibers, or empty */
	struct task_struct *task;
	struct rump_job *job;		/* handed over by the interrupt */
};

/* rump_job.task of a job that was interrupted before it began */
#define JOB_INTERRUPTED	((void *)1)

unsigned int rump_max_jobs;

static struct rump_job *submitted;	/* newest first, pushed by the host: atomic */
static struct rump_job *waiting, **waiting_tail = &waiting;
static LIST_HEAD(idle_fibers);
static unsigned int nr_fibers;
static unsigned int nr_wanted;		/* fibers asked of the server */

static void job_run(struct rump_job *job)
{
	void (*fn)(struct rump_job *) = job->fn;

	if (job->task == JOB_INTERRUPTED)
		rump_user_interrupt(current);
	job->task = current;
	fn(job);			/* the job may be gone now */
	rump_user_return();
}

/* Interrupts off. */
static struct rump_job *job_next(void)
{
	struct rump_job *job = waiting;

	if (job) {
		waiting = job->next;
		if (!waiting)
			waiting_tail = &waiting;
	}
	return job;
}

static int fiber_main(void *arg)
{
	struct fiber self = { .task = current };
	struct rump_job *job;
	char comm[TASK_COMM_LEN];

	snprintf(comm, sizeof(comm), "fiber/%lu", (unsigned long)arg);
	set_task_comm(current, comm);
	INIT_LIST_HEAD(&self.idle);
	for (;;) {
		local_irq_disable();
		job = job_next();
		if (!job) {
			self.job = NULL;
			list_add(&self.idle, &idle_fibers);
			while (!self.job) {
				__set_current_state(TASK_UNINTERRUPTIBLE | TASK_NOLOAD);
				schedule();	/* returns with interrupts enabled */
				local_irq_disable();
			}
			job = self.job;
		}
		local_irq_enable();
		job_run(job);
	}
	return 0;
}

void rump_job_submit(struct rump_job *job)
{
	job->task = NULL;
	job->next = __atomic_load_n(&submitted, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&submitted, &job->next, job, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	rump_irq_post(RUMP_IRQ_LWP);
}

void rump_job_interrupt(struct rump_job *job)
{
	if (!job->task)
		job->task = JOB_INTERRUPTED;
	else if (job->task != JOB_INTERRUPTED)
		rump_user_interrupt(job->task);
}

/* Interrupts off: hand jobs to idle fibers, and have more made if there are not enough. */
void rump_job_irq(void)
{
	struct rump_job *job, *next, *fifo = NULL;
	struct fiber *f;
	unsigned int lack = 0;

	job = __atomic_exchange_n(&submitted, NULL, __ATOMIC_ACQUIRE);
	for (; job; job = next) {
		next = job->next;
		job->next = fifo;
		fifo = job;
	}
	if (fifo) {
		*waiting_tail = fifo;
		while (fifo->next)
			fifo = fifo->next;
		waiting_tail = &fifo->next;
	}
	while (waiting && !list_empty(&idle_fibers)) {
		f = list_first_entry(&idle_fibers, struct fiber, idle);
		list_del_init(&f->idle);
		f->job = job_next();
		wake_up_process(f->task);
	}
	for (job = waiting; job && nr_fibers + lack < rump_max_jobs; job = job->next)
		lack++;
	if (lack > nr_wanted) {
		nr_wanted = lack;
		rump_server_wake();
	}
}

bool rump_job_create_one(void)
{
	if (!nr_wanted)
		return false;
	nr_wanted--;
	if (!waiting)
		return true;
	__set_current_state(TASK_RUNNING);
	/* An fs_struct of its own: the umask is that of the request. */
	if (user_mode_thread(fiber_main, (void *)(unsigned long)nr_fibers, CLONE_FILES) < 0)
		pr_warn_ratelimited("no memory for another fiber\n");
	else
		nr_fibers++;
	return true;
}
